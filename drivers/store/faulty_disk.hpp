/// A disk for tests that fails when it is told to: writes fail or are cut short, the disk is full,
/// and at a crash everything that was not synced is lost or torn, names of files included.
#pragma once

#include <ballast/store/faulty_names.hpp>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/system_clock.h>

#include <fstream>
#include <memory>
#include <mutex>

namespace ballast::store {

class FaultyDisk : public rocksdb::FileSystemWrapper {
public:
    /// What is to go wrong, once.
    enum class Fault : u8 {
        none,
        write_error,  ///< An operation fails and changes nothing.
        short_write,  ///< A write fails when part of it is done.
        disk_full,    ///< Every write fails from now on for want of room.
        crash,        ///< The process ends; a write in progress may be done in part.
    };

    /// `attic` is a place on the real disk for what a power cut may bring back.
    FaultyDisk(u64 seed, std::filesystem::path attic)
        : FileSystemWrapper(rocksdb::FileSystem::Default()),
          random_(seed),
          names_(std::move(attic)) {}

    const char* Name() const override { return "FaultyDisk"; }

    /// Lets the operation after `operations` more writes and syncs go wrong.
    void arm(Fault fault, u64 operations) {
        const std::scoped_lock held(mutex_);
        fault_ = fault;
        left_ = operations;
    }
    [[nodiscard]] bool happened() const {
        const std::scoped_lock held(mutex_);
        return dead_ || full_ || fault_ == Fault::none;
    }
    /// Ends the process as a power cut would: nothing works any more.
    void crash() {
        const std::scoped_lock held(mutex_);
        dead_ = true;
    }
    /// What is left on the disk after the power cut.  Nobody may hold a file open.
    void come_back();

    rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* result,
                                      rocksdb::IODebugContext* debug) override;
    rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                                 const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) override;
    rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) override;
    rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                   std::unique_ptr<rocksdb::FSDirectory>* result,
                                   rocksdb::IODebugContext* debug) override;

    /// How much of a write is to be done, and whether it fails.
    struct Turn {
        rocksdb::IOStatus status;
        std::size_t done = 0;
    };
    Turn write_turn(std::size_t bytes);
    rocksdb::IOStatus sync_turn();
    void wrote(const std::string& name, std::size_t bytes) {
        const std::scoped_lock held(mutex_);
        names_.files()[name].size += bytes;
    }
    void synced(const std::string& name) {
        const std::scoped_lock held(mutex_);
        auto& length = names_.files()[name];
        length.synced = length.size;
    }
    void synced_directory(const std::filesystem::path& name) {
        const std::scoped_lock held(mutex_);
        names_.synced(name);
    }

private:
    using Length = FaultyNames::Length;
    bool due();
    void tear(const std::string& name, const Length& length);

    mutable std::mutex mutex_;
    std::mt19937_64 random_;
    Fault fault_ = Fault::none;
    u64 left_ = 0;
    bool dead_ = false, full_ = false;
    FaultyNames names_;
};

class FaultyFile : public rocksdb::FSWritableFileOwnerWrapper {
public:
    FaultyFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string name, FaultyDisk& disk)
        : FSWritableFileOwnerWrapper(std::move(file)), name_(std::move(name)), disk_(disk) {}

    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
        const FaultyDisk::Turn turn = disk_.write_turn(data.size());
        if (turn.done != 0) {
            const auto status =
                FSWritableFileOwnerWrapper::Append({data.data(), turn.done}, options, debug);
            if (!status.ok()) return status;
            disk_.wrote(name_, turn.done);
        }
        return turn.status;
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo&,
                             rocksdb::IODebugContext* debug) override {
        return Append(data, options, debug);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& /*options*/,
                           rocksdb::IODebugContext* /*debug*/) override {
        return synced();
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& /*options*/,
                            rocksdb::IODebugContext* /*debug*/) override {
        return synced();
    }
    rocksdb::IOStatus RangeSync(uint64_t, uint64_t, const rocksdb::IOOptions&,
                                rocksdb::IODebugContext*) override {
        return rocksdb::IOStatus::OK();
    }

    void PrepareWrite(std::size_t, std::size_t, const rocksdb::IOOptions&,
                      rocksdb::IODebugContext*) override {}

private:
    rocksdb::IOStatus synced() {
        auto status = disk_.sync_turn();
        if (status.ok()) disk_.synced(name_);
        return status;
    }
    std::string name_;
    FaultyDisk& disk_;
};

inline bool FaultyDisk::due() {
    if (fault_ == Fault::none) return false;
    if (left_ != 0) return --left_, false;
    return true;
}

inline FaultyDisk::Turn FaultyDisk::write_turn(std::size_t bytes) {
    const std::scoped_lock held(mutex_);
    if (dead_) return {rocksdb::IOStatus::IOError("the power is off"), 0};
    if (full_) return {rocksdb::IOStatus::NoSpace("no room"), 0};
    if (!due()) return {rocksdb::IOStatus::OK(), bytes};
    const Fault fault = std::exchange(fault_, Fault::none);
    const std::size_t part = random_() % (bytes + 1);
    switch (fault) {
        case Fault::none: break;
        case Fault::write_error: return {rocksdb::IOStatus::IOError("write error"), 0};
        case Fault::short_write: return {rocksdb::IOStatus::IOError("short write"), part};
        case Fault::disk_full: full_ = true; return {rocksdb::IOStatus::NoSpace("no room"), part};
        case Fault::crash: dead_ = true; return {rocksdb::IOStatus::IOError("power cut"), part};
    }
    return {rocksdb::IOStatus::OK(), bytes};
}

inline rocksdb::IOStatus FaultyDisk::sync_turn() {
    const std::scoped_lock held(mutex_);
    if (dead_) return rocksdb::IOStatus::IOError("the power is off");
    if (!due()) return rocksdb::IOStatus::OK();
    const Fault fault = std::exchange(fault_, Fault::none);
    dead_ = dead_ || fault == Fault::crash;
    full_ = full_ || fault == Fault::disk_full;
    return rocksdb::IOStatus::IOError("sync error");
}

inline void FaultyDisk::tear(const std::string& name, const Length& length) {
    const u64 unsynced = length.size - length.synced;
    const u64 kept = length.synced + (random_() % 3 == 0 ? 0 : random_() % (unsynced + 1));
    const bool all = random_() % 3 == 0;
    std::error_code error;
    if (!all) {
        if (kept == 0 && random_() % 2 == 0) {
            std::filesystem::remove(name, error);
        } else {
            std::filesystem::resize_file(name, kept, error);
        }
        return;
    }
    // Its length is there, and some of its sectors are not; at least one, or nothing was torn.
    constexpr u64 sector = 512;
    const std::string nothing(sector, '\0');
    std::fstream file(name, std::ios::in | std::ios::out | std::ios::binary);
    for (u64 at = (length.synced + sector - 1) / sector * sector; at < length.size; at += sector) {
        if (random_() % 2 == 0) continue;
        file.seekp(static_cast<std::streamoff>(at));
        file.write(nothing.data(),
                   static_cast<std::streamsize>(std::min(sector, length.size - at)));
    }
}

inline void FaultyDisk::come_back() {
    const std::scoped_lock held(mutex_);
    names_.undo(random_);
    for (const auto& [name, length] : names_.files())
        if (length.size > length.synced) tear(name, length);
    names_.files().clear();
    dead_ = full_ = false;
    fault_ = Fault::none;
}

class FaultyDirectory : public rocksdb::FSDirectoryWrapper {
public:
    FaultyDirectory(std::unique_ptr<rocksdb::FSDirectory> directory, std::filesystem::path name,
                    FaultyDisk& disk)
        : FSDirectoryWrapper(std::move(directory)), name_(std::move(name)), disk_(disk) {}

    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& /*options*/,
                            rocksdb::IODebugContext* /*debug*/) override {
        auto status = disk_.sync_turn();
        if (status.ok()) disk_.synced_directory(name_);
        return status;
    }
    rocksdb::IOStatus FsyncWithDirOptions(const rocksdb::IOOptions& options,
                                          rocksdb::IODebugContext* debug,
                                          const rocksdb::DirFsyncOptions& /*how*/) override {
        return Fsync(options, debug);
    }

private:
    std::filesystem::path name_;
    FaultyDisk& disk_;
};

inline rocksdb::IOStatus FaultyDisk::NewDirectory(const std::string& name,
                                                  const rocksdb::IOOptions& options,
                                                  std::unique_ptr<rocksdb::FSDirectory>* result,
                                                  rocksdb::IODebugContext* debug) {
    std::unique_ptr<rocksdb::FSDirectory> directory;
    auto status = FileSystemWrapper::NewDirectory(name, options, &directory, debug);
    if (status.ok()) *result = std::make_unique<FaultyDirectory>(std::move(directory), name, *this);
    return status;
}

inline rocksdb::IOStatus FaultyDisk::NewWritableFile(
    const std::string& name, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* result, rocksdb::IODebugContext* debug) {
    if (const auto turn = write_turn(0); !turn.status.ok()) return turn.status;
    const std::scoped_lock held(mutex_);
    names_.create(name);
    std::unique_ptr<rocksdb::FSWritableFile> file;
    auto status = FileSystemWrapper::NewWritableFile(name, options, &file, debug);
    if (status.ok()) *result = std::make_unique<FaultyFile>(std::move(file), name, *this);
    return status;
}

inline rocksdb::IOStatus FaultyDisk::RenameFile(const std::string& from, const std::string& to,
                                                const rocksdb::IOOptions& /*options*/,
                                                rocksdb::IODebugContext* /*debug*/) {
    if (const auto turn = write_turn(0); !turn.status.ok()) return turn.status;
    if (!std::filesystem::exists(from)) return rocksdb::IOStatus::PathNotFound(from);
    const std::scoped_lock held(mutex_);
    names_.rename(from, to);
    return rocksdb::IOStatus::OK();
}

inline rocksdb::IOStatus FaultyDisk::DeleteFile(const std::string& name,
                                                const rocksdb::IOOptions& /*options*/,
                                                rocksdb::IODebugContext* /*debug*/) {
    if (const auto turn = write_turn(0); !turn.status.ok()) return turn.status;
    if (!std::filesystem::exists(name)) return rocksdb::IOStatus::PathNotFound(name);
    const std::scoped_lock held(mutex_);
    names_.remove(name);
    return rocksdb::IOStatus::OK();
}

/// A world in which a disk that fails is the only one, and nobody sleeps over a failure.
class FaultyWorld : public rocksdb::EnvWrapper {
public:
    explicit FaultyWorld(std::shared_ptr<rocksdb::FileSystem> disk)
        : EnvWrapper(rocksdb::Env::Default()) {
        file_system_ = std::move(disk);
        system_clock_ = std::make_shared<Sleepless>(rocksdb::SystemClock::Default());
    }
    const char* Name() const override { return "FaultyWorld"; }

private:
    struct Sleepless : rocksdb::SystemClockWrapper {
        using SystemClockWrapper::SystemClockWrapper;
        const char* Name() const override { return "Sleepless"; }
        void SleepForMicroseconds(int /*micros*/) override {}
    };
};

}  // namespace ballast::store
