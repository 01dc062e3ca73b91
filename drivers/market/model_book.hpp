/// An account book: one account and the market around it, as a file.  Its keys are in
/// docs/methods/margin.md, section 19.
#pragma once

#include <ballast/files/fault.hpp>
#include <ballast/margin/margin.hpp>
#include <ballast/market/model.hpp>

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace ballast::market {

struct AccountBook {
    std::string name;
    u64 time = 0;
    Price settlement_price = Price::units(amount_one);
    ModelNames names;
    std::vector<std::string> instruments;  ///< By InstrumentId.
    std::vector<margin::Underlying> underlyings;
    std::vector<margin::Asset> assets;
    std::vector<margin::Instrument> listed;
    std::vector<Cash> open_interest;  ///< By InstrumentId.
    std::vector<margin::Holding> holdings;
    std::vector<risk::Exposure> positions;
    std::vector<risk::Exposure> orders;
    Cash cash;  ///< With the gains of positions that are not paid upfront, against their entries.

    [[nodiscard]] margin::Market market() const;
    [[nodiscard]] margin::Portfolio portfolio() const;
};

/// Reads a book.  `kinds` is the registry that instruments are named from; each listing must pass
/// its kind's check.
[[nodiscard]] files::Attempt<AccountBook> load_book(const std::filesystem::path& path,
                                                    std::span<const risk::Kind> kinds);

/// The same over text in memory; `name` stands for the file.
[[nodiscard]] files::Attempt<AccountBook> read_book(std::string_view text, const std::string& name,
                                                    std::span<const risk::Kind> kinds);

}  // namespace ballast::market
