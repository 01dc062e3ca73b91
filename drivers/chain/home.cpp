#include <ballast/chain/home.hpp>

#include <ballast/engine/log.hpp>
#include <ballast/files/csv.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace ballast::chain {
namespace {

constexpr std::string_view magic = "BALLASTF";
constexpr u32 version = 1;
constexpr std::size_t digest_bytes = sizeof(crypto::Digest);

ByteView view(std::string_view text) {
    return {reinterpret_cast<const u8*>(text.data()), text.size()};
}

files::Attempt<void> write_through(int file, ByteView bytes, const std::string& name) {
    while (!bytes.empty()) {
        const ssize_t done = ::write(file, bytes.data(), bytes.size());
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return files::fault("{} cannot be written: {}", name, std::strerror(errno));
        bytes = bytes.subspan(static_cast<std::size_t>(done));
    }
    if (::fsync(file) != 0)
        return files::fault("{} cannot be synced: {}", name, std::strerror(errno));
    return {};
}

}  // namespace

files::Attempt<void> write_file(const std::filesystem::path& path, ByteView bytes) {
    std::filesystem::path unfinished = path;
    unfinished += ".unfinished";
    const int file = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return files::fault("{} cannot be written: {}", unfinished.string(), std::strerror(errno));
    const auto written = write_through(file, bytes, unfinished.string());
    ::close(file);
    std::error_code error;
    if (!written) {
        std::filesystem::remove(unfinished, error);
        return written;
    }
    std::filesystem::rename(unfinished, path, error);
    if (error) return files::fault("{} cannot be written: {}", path.string(), error.message());
    const auto parent =
        path.parent_path().empty() ? std::filesystem::path(".") : path.parent_path();
    const int directory = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0) {
        ::fsync(directory);
        ::close(directory);
    }
    return {};
}

files::Attempt<engine::Genesis> read_genesis(const std::filesystem::path& home) {
    const auto path = genesis_path(home);
    BALLAST_TRY(const std::string text, files::read_file(path));
    auto reader = engine::LogReader::open(view(text));
    if (!reader)
        return files::fault("{}: cannot be read: {}", path.string(), sentence(reader.error()));
    if (reader->good() != text.size())
        return files::fault("{}: {} bytes stand behind the genesis", path.string(),
                            text.size() - reader->good());
    return reader->genesis();
}

files::Attempt<void> write_state(const std::filesystem::path& path, const StateFile& state) {
    Bytes bytes;
    Writer writer(bytes);
    writer.raw(view(magic));
    writer(version);
    const Bytes genesis = encode(state.genesis);
    writer(genesis), writer(state.height), writer(state.root), writer(state.snapshot);
    writer(crypto::sha256(bytes));
    return write_file(path, bytes);
}

files::Attempt<StateFile> read_state(const std::filesystem::path& path) {
    BALLAST_TRY(const std::string text, files::read_file(path));
    const ByteView bytes = view(text);
    if (bytes.size() < magic.size() + digest_bytes ||
        !std::ranges::equal(bytes.first(magic.size()), view(magic)))
        return files::fault("{} is no state file", path.string());
    const ByteView body = bytes.first(bytes.size() - digest_bytes);
    Reader reader(body.subspan(magic.size()));
    u32 found = 0;
    reader(found);
    if (reader.ok() && found != version)
        return files::fault("{}: the state file has version {}; this program reads version {}",
                            path.string(), found, version);
    const crypto::Digest digest = crypto::sha256(body);
    if (!std::ranges::equal(digest, bytes.last(digest_bytes)))
        return files::fault("{}: damaged or cut short, the checksum is wrong", path.string());
    StateFile state;
    Bytes genesis;
    reader(genesis), reader(state.height), reader(state.root), reader(state.snapshot);
    auto decoded = decode<engine::Genesis>(genesis);
    if (!reader.finish() || !decoded)
        return files::fault("{}: the state cannot be read", path.string());
    state.genesis = std::move(*decoded);
    return state;
}

}  // namespace ballast::chain
