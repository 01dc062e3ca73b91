// Account books: the one that comes with the house, and what faults say.
#include <ballast/market/model_book.hpp>

#include <ballast/engine/registry.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/market/model_book_keys.hpp>

#include <gtest/gtest.h>

#include <set>

namespace ballast::market {
namespace {

const std::string source = BALLAST_SOURCE_DIR;

TEST(Books, EveryModelAnswersTheExample) {
    const auto kinds = engine::registry();
    const auto book = load_book(source + "/markets/books/hedged-options.toml", kinds);
    ASSERT_TRUE(book) << book.error().sentence;
    // 150 000 in cash less 25 perps that rose from 2 490 to 2 502.5.
    EXPECT_EQ(book->cash, Cash::units(i128{149'687'50} * 1'000'000));
    EXPECT_EQ(book->positions.size(), 5u);
    scenario::Workspace workspace;
    for (const std::string& name : list_models(source + "/markets/margin")) {
        const auto model = load_model(source + "/markets/margin/" + name + ".toml", book->names);
        ASSERT_TRUE(model) << model.error().sentence;
        const auto table = margin::build(*model, book->market(), kinds, book->open_interest);
        const auto margin = margin::evaluate(*model, table, book->portfolio(), workspace);
        // Models of perps alone know no hedge of a short option.
        const bool scenarios = std::holds_alternative<scenario::Terms>(model->terms);
        EXPECT_TRUE(!scenarios || margin.initial > Cash()) << name;
        EXPECT_LE(margin.initial, margin.maintenance) << name;
        EXPECT_LT(margin.maintenance, margin.mark_to_market) << name;
        const auto quick = margin::quick(*model, table, book->portfolio(), workspace);
        EXPECT_GE(quick.maintenance, margin.maintenance) << name;
    }
}

TEST(Books, FaultsNameFileKeyValueAndRule) {
    const auto kinds = engine::registry();
    const std::string head =
        "name = \"b\"\ntime = 1000\n[[underlying]]\nname = \"ETH\"\nspot = 2000\n";
    const std::string perp =
        "[[instrument]]\nname = \"P\"\nkind = \"perp\"\nunderlying = \"ETH\"\nperiod = \"8h\"\n";
    const std::vector<std::pair<std::string, std::string>> cases{
        {perp + "[[position]]\ninstrument = \"Q\"\nsize = 1\n",
         "b.toml:12: position[0].instrument: 'Q' is not the name of an instrument"},
        {perp + "strike = 5\n", "b.toml:6: instrument[0]: a listing that perp refuses: strike_"},
        {"[[underlying]]\nname = \"ETH\"\nspot = 1\n",
         "b.toml:7: underlying[1].name: 'ETH' stands here twice"},
        {perp + "[[position]]\ninstrument = \"P\"\nsize = 1\n[[position]]\ninstrument = \"P\"\n"
                "size = 1\n",
         "b.toml:15: position[1].instrument: 'P' is held twice"},
        {"[[instrument]]\nname = \"P\"\nkind = \"swap\"\nunderlying = \"ETH\"\n",
         "b.toml:8: instrument[0].kind: 'swap' is not the name of a kind"},
        {"[[underlying]]\nname = \"X\"\nspot = 0\n",
         "b.toml:8: underlying[1].spot: '0' must be over 0"},
        {"confidence = 2\n", "b.toml:6: underlying[0].confidence: '2' must be at most 1"},
    };
    for (const auto& [text, sentence] : cases) {
        const auto book = read_book(head + text, "b.toml", kinds);
        ASSERT_FALSE(book) << text;
        EXPECT_TRUE(book.error().sentence.starts_with(sentence)) << book.error().sentence << "\n"
                                                                 << sentence;
    }
}

/// Notes the names of keys.
class Lister {
public:
    explicit Lister(std::set<std::string>& found) : found_(&found) {}
    template <class T>
    void required(std::string_view key, T&&) {
        found_->emplace(key);
    }
    template <class T>
    void optional(std::string_view key, T&&) {
        found_->emplace(key);
    }
    template <class Row>
    void entries(std::string_view key, std::vector<Row>&) {
        found_->emplace(key);
        Row row;
        model_keys(*this, row);
    }

private:
    std::set<std::string>* found_;
};

TEST(Books, EveryKeyIsInTheReference) {
    const auto text = files::read_file(source + "/docs/methods/margin.md");
    ASSERT_TRUE(text);
    std::set<std::string> found;
    Lister lister(found);
    BookSheet sheet;
    model_keys(lister, sheet);
    for (const std::string& key : found)
        EXPECT_NE(text->find("| `" + key + "`"), std::string::npos) << key;
}

}  // namespace
}  // namespace ballast::market
