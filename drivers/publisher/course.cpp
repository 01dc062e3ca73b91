#include <ballast/publisher/course.hpp>

#include <ballast/replay/bind.hpp>
#include <ballast/replay/outside.hpp>
#include <ballast/replay/scenario.hpp>

#include <set>

namespace ballast::publisher {

using files::Attempt;
using files::fault;

namespace {

Attempt<std::vector<replay::PriceSource>> sources_of(const CourseRequest& request,
                                                     replay::Window& window) {
    std::vector<replay::PriceSource> sources;
    if (request.scenario) {
        BALLAST_TRY(const replay::Scenario scenario, replay::load_scenario(*request.scenario));
        if (!window.from) window.from = scenario.window.from;
        if (!window.to) window.to = scenario.window.to;
        sources = scenario.prices;
    }
    if (!request.prices.empty()) sources.clear();
    for (const std::string& argument : request.prices) {
        BALLAST_TRY(replay::PriceSource source, replay::parse_price_source(argument));
        sources.push_back(std::move(source));
    }
    if (sources.empty()) return fault("there are no prices: name a scenario, or price files");
    return sources;
}

Attempt<void> keep_venue(std::vector<replay::Series>& series, const std::string& venue) {
    std::set<std::string> venues;
    for (const replay::Series& one : series) venues.insert(one.venue);
    if (!venues.contains(venue))
        return fault("--venue {}: the prices are of {}", venue, fmt::join(venues, ", "));
    std::erase_if(series, [&](const replay::Series& one) { return one.venue != venue; });
    return {};
}

bool same_quote(std::string_view a, std::string_view b) {
    return a == b || (replay::dollar_like(a) && replay::dollar_like(b));
}

}  // namespace

Attempt<Course> load_course(const CourseRequest& request) {
    Course course;
    replay::Window window = request.window;
    std::vector<replay::Series> all;
    BALLAST_TRY(const auto sources, sources_of(request, window));
    for (const replay::PriceSource& source : sources) {
        BALLAST_TRY(replay::PriceFile file,
                    replay::load_prices(source, replay::FlatCandles::silent));
        for (std::string& note : file.notes) course.notes.push_back(std::move(note));
        for (replay::Series& series : file.series) all.push_back(std::move(series));
    }
    if (request.venue) BALLAST_CHECK(keep_venue(all, *request.venue));
    BALLAST_TRY(course.grid, replay::plan_grid(all, request.step, window, course.notes));
    for (const replay::Series& series : all)
        course.lines.push_back({series.asset, series.quote, series.venue,
                                replay::trace(series, course.grid, replay::Hurt::fall)});
    return course;
}

std::optional<std::size_t> line_of(const Course& course, std::string_view feed) {
    const std::size_t slash = feed.find('/');
    const std::string asset = replay::upper_case(feed.substr(0, slash));
    const std::string quote = slash == std::string_view::npos
                                  ? std::string()
                                  : replay::upper_case(feed.substr(slash + 1));
    for (std::size_t i = 0; i < course.lines.size(); ++i) {
        const Line& line = course.lines[i];
        if (line.asset == asset && (quote.empty() || same_quote(line.quote, quote))) return i;
    }
    return {};
}

}  // namespace ballast::publisher
