#include <ballast/market/plain.hpp>

namespace ballast::market {
namespace {

// A bare name is the table that has only that name.
void name_to_table(Node& entry, std::string_view key) {
    if (entry.kind != NodeKind::word) return;
    Node whole = table(entry.place);
    whole.put(key, entry);
    entry = std::move(whole);
}

void one_to_list(Node& node) {
    if (node.kind == NodeKind::list || node.kind == NodeKind::number) return;
    Node whole = list(node.place);
    whole.items.push_back(node);
    node = std::move(whole);
}

void spell_out_in(Node& root, std::string_view entries, std::string_view member,
                  std::string_view key) {
    Node* all = root.find(entries);
    if (all == nullptr) return;
    for (Node& entry : all->items) {
        Node* found = entry.find(member);
        if (found == nullptr) continue;
        one_to_list(*found);
        for (Node& item : found->items) name_to_table(item, key);
    }
}

}  // namespace

void spell_out(Node& root) {
    spell_out_in(root, "vault_type", "collateral", "asset");
    spell_out_in(root, "feed", "sources", "publisher");
}

}  // namespace ballast::market
