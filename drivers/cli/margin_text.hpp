/// What `ballast margin` prints.
#pragma once

#include <ballast/margin/margin.hpp>
#include <ballast/market/model_book.hpp>

#include <optional>
#include <string>

namespace ballast::cli {

struct MarginAnswer {
    const market::AccountBook* book = nullptr;
    const margin::Model* model = nullptr;
    margin::Margin margin;
    /// Of a model by scenarios.
    std::optional<scenario::Breakdown> breakdown;
};

/// The margin of the book's account; the arguments must outlive the answer.
[[nodiscard]] MarginAnswer margin_answer(const market::AccountBook& book,
                                         const margin::Model& model, const margin::Table& table);

[[nodiscard]] std::string margin_text(const MarginAnswer& answer, bool matrix);
[[nodiscard]] std::string margin_json(const MarginAnswer& answer, bool matrix);

}  // namespace ballast::cli
