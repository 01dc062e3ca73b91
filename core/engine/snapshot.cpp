#include <ballast/engine/machine.hpp>

#include <string_view>

namespace ballast::engine {
namespace {

constexpr std::string_view magic = "BALLASTS";
constexpr u32 version = 2;

ByteView view(std::string_view text) {
    return {reinterpret_cast<const u8*>(text.data()), text.size()};
}

}  // namespace

Bytes Machine::snapshot() const {
    Bytes bytes;
    Writer writer(bytes);
    writer.raw(view(magic));
    writer(version);
    writer(chain_);
    writer(height_);
    writer(time_);
    state_.each([&writer](const auto& table) { table.encode(writer); });
    writer(root_);
    return bytes;
}

Result<Machine> Machine::read(Genesis genesis, ByteView bytes) {
    Reader reader(bytes);
    const ByteView head = reader.raw(magic.size());
    if (!reader.ok()) return no(Reject::truncated);
    if (!std::equal(head.begin(), head.end(), view(magic).begin())) return no(Reject::bad_magic);
    u32 found = 0;
    reader(found);
    if (reader.ok() && found != version) return no(Reject::bad_version);
    if (validate(genesis)) return no(Reject::wrong_genesis);

    Machine machine(std::move(genesis));
    crypto::Digest chain{};
    reader(chain);
    if (reader.ok() && chain != machine.chain_) return no(Reject::wrong_genesis);
    reader(machine.height_);
    reader(machine.time_);
    machine.state_.each([&reader](auto& table) { table.decode(reader); });
    crypto::Digest root{};
    reader(root);
    BALLAST_CHECK(reader.finish());
    machine.state_.vaults.restored();
    machine.commit();
    if (machine.root_ != root) return no(Reject::wrong_root);
    return machine;
}

Result<Machine> Machine::restore(Genesis genesis, ByteView bytes) {
    BALLAST_TRY(Machine machine, read(std::move(genesis), bytes));
    machine.look_around();
    return machine;
}

Result<Machine> Machine::restore(Genesis genesis, ByteView bytes, const crypto::Digest& root) {
    BALLAST_TRY(Machine machine, read(std::move(genesis), bytes));
    if (machine.root_ != root) return no(Reject::wrong_root);
    machine.look_around();
    return machine;
}

}  // namespace ballast::engine
