#include <ballast/audit/laws.hpp>
#include <ballast/treasury/treasury.hpp>

namespace ballast::audit {
namespace {

/// What the events of one block say of one compartment.
struct Told {
    i128 arose = 0;
    i128 from_reserve = 0;
    i128 from_surplus = 0;
    i128 booked = 0;
    i128 paid = 0;
    i128 paid_by_reserve = 0;
    i128 set_aside = 0;
    i128 charged = 0;  ///< To the reserve.
};

std::vector<Told> told_by(const Scene& scene) {
    std::vector<Told> told(scene.genesis().treasury.compartments.size());
    for (const Event& event : scene.outcome.events) {
        Told* row = event.subject < told.size() ? &told[event.subject] : nullptr;
        if (event.kind == EventKind::loss_arose) row->arose += event.amount;
        if (event.kind == EventKind::loss_from_reserve) row->from_reserve += event.amount;
        if (event.kind == EventKind::loss_from_surplus) row->from_surplus += event.amount;
        if (event.kind == EventKind::loss_booked) row->booked += event.amount;
        if (event.kind == EventKind::reserve_funded) row->set_aside += event.amount;
        if (event.kind == EventKind::cost_charged) row->charged += event.amount;
        if (event.kind != EventKind::bad_debt_paid) continue;
        row->paid += event.amount;
        if (event.value == static_cast<i128>(treasury::Layer::reserve))
            row->paid_by_reserve += event.amount;
    }
    return told;
}

/// Compartments of vault types come first, those of the clearing house after them.
std::string name_of(const Scene& scene, u32 compartment) {
    const auto& types = scene.genesis().types;
    if (compartment < types.size()) return types[compartment].vault.name;
    return scene.genesis().clearing.compartments[compartment - types.size()].name;
}

}  // namespace

void check_losses(const Scene& scene, Findings& findings) {
    const std::vector<Told> told = told_by(scene);
    const auto& terms = scene.genesis().treasury.compartments;
    for (u32 i = 0; i < terms.size(); ++i) {
        const treasury::CompartmentRow& row = scene.state().treasury.compartments[i];
        const treasury::CompartmentRow& before = scene.before.compartments[i];
        const Told& said = told[i];
        const auto of = [&](const char* what) {
            return what + std::string(" of compartment ") + name_of(scene, i);
        };
        findings.equal(Law::l8, said.arose, said.from_reserve + said.from_surplus + said.booked,
                       [&] { return of("layers of the losses"); });
        findings.equal(Law::l8, said.booked - said.paid,
                       row.bad_debt.units() - before.bad_debt.units(),
                       [&] { return of("change of the bad debt"); });
        findings.equal(Law::l8, said.arose, row.lost.units() - before.lost.units(),
                       [&] { return of("total of the losses"); });
        findings.equal(Law::l8,
                       said.set_aside - said.from_reserve - said.paid_by_reserve - said.charged,
                       row.reserve.units() - before.reserve.units(),
                       [&] { return of("change of the reserve"); });
        findings.at_least(Law::l8, 0, row.bad_debt.units(), [&] { return of("bad debt"); });
        findings.at_most(Law::l10, terms[i].loss_out_max.units(), row.loss_let_out.units(),
                         [&] { return of("losses let out"); });
        findings.at_least(Law::l10, 0, row.loss_let_out.units(),
                          [&] { return of("losses let out"); });
    }
}

}  // namespace ballast::audit
