#include <ballast/scenario/sum.hpp>

#include <utility>

namespace ballast::scenario {

std::string_view name(Charge charge) {
    switch (charge) {
        case Charge::linear: return "linear";
        case Charge::naked: return "naked short options";
        case Charge::collateral: return "collateral haircut";
        case Charge::confidence: return "confidence";
        case Charge::delay: return "delay and jumps";
        case Charge::concentration: return "concentration";
        case Charge::orders: return "open orders";
    }
    std::unreachable();
}

Margin evaluate(const Terms& terms, const Table& table, const Portfolio& portfolio,
                Workspace& workspace) {
    const Selection all{table.scenarios, {}};
    return sum(terms, table, portfolio, workspace, all, nullptr).margin;
}

Margin quick(const Terms& terms, const Table& table, const Portfolio& portfolio,
             Workspace& workspace) {
    const Selection some{static_cast<u32>(terms.quick.size()), terms.quick};
    if (terms.quick.empty()) return evaluate(terms, table, portfolio, workspace);
    return sum(terms, table, portfolio, workspace, some, nullptr).margin;
}

Breakdown explain(const Terms& terms, const Table& table, const Portfolio& portfolio) {
    Breakdown out;
    Workspace workspace;
    const Selection all{table.scenarios, {}};
    const Sum made = sum(terms, table, portfolio, workspace, all, &out);
    out.margin = made.margin;
    out.collateral = made.collateral;
    out.positions = made.positions;
    out.basis = made.basis;
    out.floor = made.floor;
    out.initial = made.initial;
    out.maintenance = made.maintenance;
    return out;
}

}  // namespace ballast::scenario
