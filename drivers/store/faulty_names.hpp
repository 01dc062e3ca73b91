/// For tests: the names in the directories of a disk, of which a power cut may undo what was not
/// synced with the directory.
#pragma once

#include <ballast/base/integers.hpp>

#include <filesystem>
#include <map>
#include <random>
#include <ranges>
#include <string>
#include <vector>

namespace ballast::store {

/// Does what is done to names on the real disk, and keeps what it takes to undo it.
class FaultyNames {
public:
    /// What of a file was written, and what of that is on the disk for certain.
    struct Length {
        u64 size = 0, synced = 0;
    };

    /// `attic` keeps files that have no name any more, until that is certain.
    explicit FaultyNames(std::filesystem::path attic) : attic_(std::move(attic)) {}

    [[nodiscard]] std::map<std::string, Length>& files() { return files_; }

    /// A new file is to be written under this name; one that has it loses it.
    void create(const std::string& name) {
        note({.name = name, .from = {}, .old = put_away(name)});
        files_[name] = {};
    }
    void rename(const std::string& from, const std::string& to) {
        note({.name = to, .from = from, .old = put_away(to)});
        move(from, to);
    }
    void remove(const std::string& name) {
        note({.name = name, .from = {}, .old = put_away(name)});
    }
    /// The names in this directory are on the disk.
    void synced(const std::filesystem::path& directory) {
        std::erase_if(changes_, [&](const Change& change) {
            const bool here = std::filesystem::path(change.name).parent_path() == directory;
            if (here) drop(change.old);
            return here;
        });
    }
    /// A power cut: of the changes that were not synced, the first ones of each file are there.
    /// Half of the time it is the first ones of all, as a file system with a journal has it.
    void undo(std::mt19937_64& random);

private:
    struct Change {
        std::string name;
        std::string from;  ///< The name the file had; empty: none.
        std::string old;   ///< Where in the attic what lost the name is; empty: nothing did.
        std::size_t file = 0;
    };

    void note(Change change) {
        const std::string& known = change.from.empty() ? change.name : change.from;
        const auto found = file_of_.try_emplace(known, file_of_.size()).first;
        change.file = found->second;
        file_of_.insert_or_assign(change.name, change.file);
        changes_.push_back(std::move(change));
    }
    std::string put_away(const std::string& name) {
        if (!std::filesystem::exists(name)) return {};
        std::filesystem::create_directories(attic_);
        std::string place = attic_ / std::to_string(++kept_);
        move(name, place);
        return place;
    }
    void drop(const std::string& place) {
        if (place.empty()) return;
        std::filesystem::remove(place);
        files_.erase(place);
    }
    void move(const std::string& from, const std::string& to) {
        std::error_code error;
        std::filesystem::rename(from, to, error);
        const auto found = files_.find(from);
        if (found == files_.end()) return;
        files_[to] = found->second;
        files_.erase(from);
    }
    void undo(const Change& change);

    std::filesystem::path attic_;
    u64 kept_ = 0;
    std::map<std::string, Length> files_;
    std::map<std::string, std::size_t> file_of_;
    std::vector<Change> changes_;
};

inline void FaultyNames::undo(const Change& change) {
    if (!change.from.empty()) {
        move(change.name, change.from);
    } else if (std::error_code error; std::filesystem::remove(change.name, error)) {
        files_.erase(change.name);
    }
    if (!change.old.empty()) move(change.old, change.name);
}

inline void FaultyNames::undo(std::mt19937_64& random) {
    const bool in_order = random() % 2 == 0;
    const std::size_t together = random() % (changes_.size() + 1);
    std::map<std::size_t, std::size_t> first;  // Of each file's changes, the first that is undone.
    for (const Change& change : changes_)
        first.try_emplace(change.file, in_order ? together : random() % (changes_.size() + 1));
    for (std::size_t i = changes_.size(); i-- != 0;) {
        if (i >= first[changes_[i].file]) {
            undo(changes_[i]);
        } else {
            drop(changes_[i].old);
        }
    }
    changes_.clear(), file_of_.clear();
}

}  // namespace ballast::store
