/// A home belongs to one process at a time.
#pragma once

#include <ballast/files/fault.hpp>

#include <filesystem>

namespace ballast::store {

/// Holds HOME/LOCK, with the process's number in it, until it is destroyed or the process ends in
/// any way.
class Lock {
public:
    /// A fault that names the process that holds it.
    static files::Attempt<Lock> take(const std::filesystem::path& home);
    Lock(Lock&& other) noexcept;
    Lock& operator=(Lock&&) = delete;
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock();

private:
    explicit Lock(int file) : file_(file) {}
    int file_;  ///< -1: moved from.
};

}  // namespace ballast::store
