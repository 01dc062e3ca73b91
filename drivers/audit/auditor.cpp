#include <ballast/audit/auditor.hpp>

namespace ballast::audit {

Auditor::Auditor(const engine::Machine& machine, Options options)
    : options_(options), pools_(machine), authority_(machine) {
    BALLAST_ASSERT(options.sample_blocks > 0);
    prepare(machine);
}

void Auditor::prepare(const engine::Machine& machine) {
    before_ = view_of(machine);
    if ((machine.height() + 1) % options_.sample_blocks == 0) twin_.keep(machine);
}

void Auditor::look(const engine::Block& block, const engine::Outcome& outcome,
                   const engine::Machine& machine) {
    findings_.at(block.height);
    const Scene scene{before_, block, outcome, machine};
    check_balances(scene, findings_);
    check_debts(scene, findings_);
    check_losses(scene, findings_);
    check_vaults(scene, findings_);
    check_takes(scene, findings_);
    check_health(scene, findings_);
    check_accounts(scene, findings_);
    check_floor(scene, findings_);
    check_closures(scene, findings_);
    check_standings(scene, findings_);
    pools_.check(scene, findings_);
    authority_.check(scene, findings_);
    twin_.check(scene, findings_);
    prepare(machine);
}

}  // namespace ballast::audit
