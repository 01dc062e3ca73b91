#include <ballast/store/write_ahead.hpp>
#include <ballast/files/csv.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>

namespace ballast::store {
namespace {

constexpr std::size_t block_bytes = 32'768;
constexpr std::size_t header_bytes = 7;  // Checksum 4, length 2, type 1.
constexpr std::size_t sector_bytes = 512;
enum Type : u8 { zero = 0, full = 1, first = 2, middle = 3, last = 4 };

// CRC-32C (RFC 3720, appendix B.4), four bytes at a time.
using Tables = std::array<std::array<u32, 256>, 4>;
constexpr Tables make_tables() {
    Tables tables{};
    for (u32 i = 0; i < 256; ++i) {
        u32 crc = i;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78u : 0u);
        tables[0][i] = crc;
    }
    for (u32 i = 0; i < 256; ++i)
        for (std::size_t k = 1; k < 4; ++k)
            tables[k][i] = (tables[k - 1][i] >> 8) ^ tables[0][tables[k - 1][i] & 0xFF];
    return tables;
}
constexpr Tables tables = make_tables();

u32 crc32c(std::string_view bytes) {
    u32 crc = 0xFFFFFFFFu;
    std::size_t i = 0;
    for (; i + 4 <= bytes.size(); i += 4) {
        u32 word = 0;
        std::memcpy(&word, bytes.data() + i, 4);
        crc ^= word;
        crc = tables[3][crc & 0xFF] ^ tables[2][(crc >> 8) & 0xFF] ^ tables[1][(crc >> 16) & 0xFF] ^
              tables[0][crc >> 24];
    }
    for (; i < bytes.size(); ++i)
        crc = (crc >> 8) ^ tables[0][(crc ^ static_cast<u8>(bytes[i])) & 0xFF];
    return ~crc;
}
u32 masked(u32 crc) {
    return std::rotr(crc, 15) + 0xA282EAD8u;
}

template <class T>
T read_at(std::string_view bytes, std::size_t offset) {
    T value{};
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

enum class State : u8 { good, bad, cut_short, end };
struct Fragment {
    State state = State::end;
    u8 type = zero;
    std::size_t begin = 0, end = 0;
    std::string_view payload;
};

std::size_t past_filler(std::size_t offset) {
    const std::size_t left = block_bytes - offset % block_bytes;
    return left < header_bytes ? offset + left : offset;
}

bool checks(std::string_view log, std::size_t begin, std::size_t end) {
    return read_at<u32>(log, begin) == masked(crc32c(log.substr(begin + 6, end - begin - 6)));
}

// The piece of a record that starts at `offset`.
Fragment fragment_at(std::string_view log, std::size_t offset) {
    Fragment piece;
    piece.begin = past_filler(offset);
    piece.end = log.size();
    if (piece.begin >= log.size()) return piece;
    piece.state = State::cut_short;
    if (piece.begin + header_bytes > log.size()) return piece;
    const std::size_t border =
        std::min(log.size(), piece.begin + block_bytes - piece.begin % block_bytes);
    const std::size_t end = piece.begin + header_bytes + read_at<u16>(log, piece.begin + 4);
    piece.type = static_cast<u8>(log[piece.begin + 6]);
    // A length that leads past the end, of bytes that are right up to the end, is a wrong length.
    if (end > border) {
        const bool wrong = border < log.size() || checks(log, piece.begin, border);
        piece.state = wrong ? State::bad : State::cut_short;
        piece.end = border;
        return piece;
    }
    piece.end = end;
    piece.state = piece.type != zero && checks(log, piece.begin, end) ? State::good : State::bad;
    piece.payload = log.substr(piece.begin + header_bytes, end - piece.begin - header_bytes);
    return piece;
}

// Whether a record begins anywhere behind a piece that is not good.
bool record_behind(std::string_view log, const Fragment& bad) {
    for (std::size_t offset = bad.end; offset < log.size();) {
        const Fragment piece = fragment_at(log, offset);
        if (piece.state == State::good) {
            if (piece.type == full || piece.type == first) return true;
            offset = piece.end;
        } else {
            offset = (piece.begin / block_bytes + 1) * block_bytes;
        }
    }
    return false;
}

bool sector_missing(std::string_view log, std::size_t from) {
    const std::size_t start = (from + sector_bytes - 1) / sector_bytes * sector_bytes;
    for (std::size_t at = start; at < log.size(); at += sector_bytes) {
        const std::string_view sector = log.substr(at, sector_bytes);
        if (sector.find_first_not_of('\0') == std::string_view::npos) return true;
    }
    const std::string_view rest = log.substr(from);
    return rest.find_first_not_of('\0') == std::string_view::npos;
}

// Whether the last piece of the file, if it is good, leaves its record open.
bool left_open(std::string_view log) {
    std::size_t offset = log.empty() ? 0 : (log.size() - 1) / block_bytes * block_bytes;
    bool open = false;
    while (true) {
        const Fragment piece = fragment_at(log, offset);
        if (piece.state == State::end) return open;
        if (piece.state != State::good) return piece.state == State::cut_short;
        open = piece.type == first || piece.type == middle;
        offset = piece.end;
    }
}

// The height in a write of blocks: after sequence 8 and count 4 comes a value 1 with a key of 9
// bytes, a letter and the height.
std::optional<u64> height_in(std::string_view payload) {
    if (payload.size() < 23 || payload[12] != 1 || payload[13] != 9 || payload[14] != 'b')
        return std::nullopt;
    return std::byteswap(read_at<u64>(payload, 15));
}

struct File {
    std::filesystem::path path;
    u64 records = 0;
    std::optional<std::size_t> bad_record;  ///< Where the first record starts that is not good.
    std::optional<Fragment> bad;
    std::size_t size = 0;
    u64 beginning = 0;     ///< The height of the first good write of blocks; 0: there is none.
    u64 height = 0;        ///< Of the last good write of blocks.
    bool missing = true;   ///< Of the bad record something was never written.
    bool damaged = false;  ///< It was whole once.
};

File inspect(const std::filesystem::path& path, std::string_view log) {
    File file{.path = path, .bad_record = {}, .bad = {}, .size = log.size()};
    std::size_t record = 0;
    u64 height = 0;
    bool open = false;
    for (std::size_t offset = 0;;) {
        const Fragment piece = fragment_at(log, offset);
        if (piece.state == State::end) break;
        const bool begins = piece.type == full || piece.type == first;
        if (!open) record = piece.begin;
        if (piece.state != State::good || begins == open) {
            file.bad = piece;
            break;
        }
        if (begins) height = height_in(piece.payload).value_or(file.height);
        open = piece.type == first || piece.type == middle;
        if (!open) ++file.records, file.height = height;
        if (file.beginning == 0) file.beginning = file.height;
        offset = piece.end;
    }
    if (file.bad || open) file.bad_record = record;
    if (!file.bad) return file;
    const bool missing =
        file.bad->state == State::cut_short || sector_missing(log, record) || left_open(log);
    file.damaged = !missing || record_behind(log, *file.bad);
    return file;
}

std::unexpected<files::Fault> damage(const File& file) {
    return files::fault(
        "{}: the record at byte {} is damaged, behind height {}; it had been acknowledged, so it "
        "is not cut off: restore the home from a snapshot or a copy",
        file.path.string(), file.bad_record.value_or(0), file.height);
}

// RocksDB's list of its files: the torn end, if it has one.
files::Attempt<std::vector<WriteAhead::Torn>> inspect_manifest(
    const std::filesystem::path& directory) {
    auto current = files::read_file(directory / "CURRENT");
    if (!current)
        return files::fault("{} is no store: {}", directory.string(), current.error().sentence);
    while (!current->empty() && current->back() == '\n') current->pop_back();
    const std::filesystem::path path = directory / *current;
    BALLAST_TRY(const std::string log, files::read_file(path));
    const File file = inspect(path, log);
    std::vector<WriteAhead::Torn> torn;
    if (file.bad_record && file.missing && log.size() - *file.bad_record <= block_bytes)
        torn.push_back({path, *file.bad_record, log.size()});
    return torn;
}

}  // namespace

files::Attempt<WriteAhead> inspect_write_ahead(const std::filesystem::path& directory) {
    std::vector<std::filesystem::path> paths;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error))
        if (entry.path().extension() == ".log") paths.push_back(entry.path());
    if (error) return files::fault("{} cannot be read: {}", directory.string(), error.message());
    std::ranges::sort(paths);
    WriteAhead result;
    BALLAST_TRY(result.torn, inspect_manifest(directory));
    std::optional<File> bad;
    u64 height = 0;
    for (const auto& path : paths) {
        BALLAST_TRY(const std::string log, files::read_file(path));
        File file = inspect(path, log);
        if (file.beginning != 0) result.beginnings.push_back(file.beginning);
        height = std::max(height, file.height);
        file.height = height;
        // Whatever came behind a record shows that it had been whole.
        if (bad && (file.records != 0 || file.bad_record)) return damage(*bad);
        if (file.damaged) return damage(file);
        if (file.bad_record) bad = std::move(file);
    }
    if (bad) result.torn.push_back({bad->path, *bad->bad_record, bad->size});
    return result;
}

files::Attempt<void> cut(const WriteAhead::Torn& torn) {
    const int file = ::open(torn.file.c_str(), O_RDWR | O_CLOEXEC);
    const bool done =
        file >= 0 && ::ftruncate(file, static_cast<off_t>(torn.offset)) == 0 && ::fsync(file) == 0;
    const int error = errno;
    if (file >= 0) ::close(file);
    if (!done)
        return files::fault("{}: the torn end at byte {} cannot be cut off: {}", torn.file.string(),
                            torn.offset, std::strerror(error));
    return {};
}

}  // namespace ballast::store
