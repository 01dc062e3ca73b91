#include "house.hpp"

#include <cstdio>
#include <cstdlib>

namespace ballast::fuzz {
namespace {

constexpr u32 blocks = 60;

House built() {
    simulation::Play play(1, true);
    engine::Machine first = *engine::Machine::create(play.genesis());
    House house{play.genesis(), first, first, {}, {}, {}};
    for (u32 i = 0; i < blocks; ++i) {
        house.blocks.push_back(play.next(house.machine, 10));
        house.roots.push_back(house.machine.execute(house.blocks.back())->root);
    }
    house.next = play.next(house.machine, 10);
    return house;
}

}  // namespace

const House& house() {
    static const House only = built();
    return only;
}

void demand(bool condition) {
    if (!condition) std::abort();
}

void execute(engine::Machine& machine, const engine::Block& block) {
    audit::Auditor auditor(machine, {.sample_blocks = 1});
    const crypto::Digest root = machine.root();
    const auto outcome = machine.execute(block);
    if (!outcome) return demand(machine.root() == root);
    auditor.look(block, *outcome, machine);
    for (const audit::Violation& v : auditor.findings().violations())
        std::fprintf(stderr, "%s: %s: expected %s, found %s\n",
                     std::string(audit::name(v.law)).c_str(), v.what.c_str(), v.expected.c_str(),
                     v.found.c_str());
    demand(auditor.findings().violated() == 0);
}

}  // namespace ballast::fuzz
