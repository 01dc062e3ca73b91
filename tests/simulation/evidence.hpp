/// Blocks that are falsified before the auditor sees them.
#pragma once

#include "simulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <span>

namespace ballast::simulation {

using audit::Law;

/// What a block left behind, open to being falsified.
struct Evidence {
    const engine::Genesis& genesis;
    const engine::Block& block;
    engine::State& state;
    engine::Outcome& outcome;

    Event* find(EventKind kind) const {
        const auto found = std::find_if(outcome.events.begin(), outcome.events.end(),
                                        [kind](const Event& event) { return event.kind == kind; });
        return found == outcome.events.end() ? nullptr : &*found;
    }
    bool change(EventKind kind, i128 Event::* field, i128 by) const {
        Event* event = find(kind);
        if (event != nullptr) event->*field += by;
        return event != nullptr;
    }
    bool hide(EventKind kind) const {
        const Event* event = find(kind);
        if (event == nullptr) return false;
        outcome.events.erase(outcome.events.begin() + (event - outcome.events.data()));
        return true;
    }
    /// Moves one unit of any asset that `from` holds to a user.
    bool steal(AccountId from) const {
        for (u16 asset = 0; asset < state.ledger.assets(); ++asset) {
            if (state.ledger.balance(from, AssetId{asset}) <= Amount()) continue;
            state.ledger.post({from, AccountId{system_accounts}, AssetId{asset}, Amount::units(1)});
            return true;
        }
        return false;
    }
};

struct Case {
    const char* name;
    Law law;
    std::function<bool(const Evidence&)> falsify;  ///< Whether this block could be falsified so.
};

inline bool broke(const audit::Findings& findings, Law law) {
    return std::any_of(findings.violations().begin(), findings.violations().end(),
                       [law](const audit::Violation& violation) { return violation.law == law; });
}

/// Shows the auditor each falsified block once, for every case that a block of the play allows.
inline void expect_found(Play play, std::span<const Case> cases, u64 blocks) {
    auto machine = engine::Machine::create(play.genesis());
    ASSERT_TRUE(machine);
    audit::Auditor auditor(*machine, {.sample_blocks = 1});
    std::vector<bool> shown(cases.size(), false);
    while (machine->height() < blocks) {
        const engine::Block block = play.next(*machine, 50);
        const auto outcome = machine->execute(block);
        ASSERT_TRUE(outcome);
        for (std::size_t i = 0; i < shown.size(); ++i) {
            if (shown[i]) continue;
            engine::Machine falsified = *machine;
            engine::Outcome told = *outcome;
            // A machine gives nobody its state to write; this one is a copy that is made to lie.
            auto& state = const_cast<engine::State&>(falsified.state());
            if (!cases[i].falsify({machine->genesis(), block, state, told})) continue;
            shown[i] = true;
            audit::Auditor copy = auditor;
            copy.look(block, told, falsified);
            EXPECT_TRUE(broke(copy.findings(), cases[i].law)) << cases[i].name;
        }
        auditor.look(block, *outcome, *machine);
    }
    EXPECT_EQ(auditor.findings().violated(), 0u);
    for (std::size_t i = 0; i < shown.size(); ++i) EXPECT_TRUE(shown[i]) << cases[i].name;
}

}  // namespace ballast::simulation
