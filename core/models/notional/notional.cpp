#include <ballast/notional/notional.hpp>

#include <ballast/base/assert.hpp>
#include <ballast/notional/options.hpp>
#include <ballast/notional/requirement.hpp>

#include <algorithm>
#include <array>

namespace ballast::notional {

namespace {

constexpr Ratio whole = Ratio::units(ratio_one);

// The charge for a feed whose confidence is under its threshold.
Cash confidence_charge(Ratio confidence, Ratio threshold, Ratio factor, Cash exposed) {
    if (confidence >= threshold) return {};
    return required(required(exposed, whole - confidence), factor);
}

// The charge on what is short or linear while cash is worth less than it should be.
Cash depeg_charge(const DepegTerms& terms, Price settlement, Cash exposed) {
    if (settlement >= terms.threshold) return {};
    const Price missing = terms.threshold - settlement;
    return required(math::worth(Amount::units(exposed.units()), missing, Round::up), terms.factor);
}

class Evaluation {
public:
    Evaluation(const Terms& terms, const Market& market, const Account& account)
        : terms_(terms), market_(market), margin_{account.cash, account.cash, account.cash} {
        for (const Holding& holding : account.collateral) add(holding);
        for (const risk::Exposure& position : account.positions) add(position);
        std::sort(legs_.begin(), legs_.begin() + count_, earlier);
        for (u32 first = 0; first < count_;) first = add_expiry(first);
    }
    [[nodiscard]] Margin margin() const { return margin_; }

private:
    void add(const Holding& holding) {
        const Cash value = math::worth(holding.amount, holding.price, Round::down);
        margin_.mark_to_market += value;
        const std::size_t asset = holding.asset.value();
        if (asset >= terms_.collateral.size()) return;
        const CollateralTerms& terms = terms_.collateral[asset];
        // Counted in dollars: what it would fetch of a settlement asset that has lost its peg does
        // not make up for the loss.
        const Cash dollars =
            math::worth(Amount::units(value.units()), market_.settlement_price, Round::down);
        const auto counted = [&](Ratio weight) {
            const Ratio reduced =
                shrunk(weight, terms.size_discount, holding.amount, terms_.ratio_step);
            return math::portion(dollars, reduced, Round::down);
        };
        margin_.initial += counted(terms.initial);
        margin_.initial -= confidence_charge(holding.confidence, terms.confidence_threshold,
                                             terms.confidence_factor, dollars);
        margin_.maintenance += counted(terms.maintenance);
    }

    void add(const risk::Exposure& position) {
        const Instrument& instrument = market_.instruments[position.instrument.value()];
        if (instrument.upfront)
            margin_.mark_to_market += worth(position.size, instrument.mark, Round::down);
        if (instrument.shape == risk::Shape::linear) return add_linear(instrument, position.size);
        BALLAST_ASSERT(count_ < legs_.size());
        legs_[count_++] = {&instrument, position.size};
    }

    void add_linear(const Instrument& instrument, i64 size) {
        const Cash notional = worth(size < 0 ? -size : size, instrument.mark, Round::up);
        const TierTerms& tier = notional::tier(terms_, instrument.series.underlying);
        const LinearTerms& linear = tier.linear;
        const Ratio step = terms_.ratio_step;
        const auto ratio = [&](Ratio flat) { return grown(flat, linear.size_premium, size, step); };
        margin_.initial -=
            required(notional, ratio(initial_at(linear, instrument.open_interest, step)));
        margin_.maintenance -= required(notional, ratio(linear.maintenance));
        if (instrument.upfront) {
            const Cash value = worth(size, instrument.mark, Round::down);
            margin_.initial += value;
            margin_.maintenance += value;
        }
        const Cash exposed = at_spot(instrument, size);
        charge(exposed, confidence_charge(instrument.confidence, tier.confidence.linear_threshold,
                                          tier.confidence.factor, exposed));
    }

    // All legs from `first` that expire together; returns the position after them.
    u32 add_expiry(u32 first) {
        u32 end = first;
        Ratio confidence = whole;
        Cash exposed;
        for (; end < count_ && !earlier(legs_[first], legs_[end]); ++end) {
            const Leg& leg = legs_[end];
            confidence = std::min(confidence, leg.instrument->confidence);
            if (leg.size < 0) exposed += at_spot(*leg.instrument, leg.size);
        }
        const UnderlyingId underlying = legs_[first].instrument->series.underlying;
        const TierTerms& tier = notional::tier(terms_, underlying);
        const Pair pair = expiry_margin(tier.option, {&legs_[first], end - first},
                                        market_.underlyings[underlying.value()].spot);
        margin_.initial += pair.initial;
        margin_.maintenance += pair.maintenance;
        charge(exposed, confidence_charge(confidence, tier.confidence.option_threshold,
                                          tier.confidence.factor, exposed));
        return end;
    }

    // What is charged to the initial margin alone.
    void charge(Cash exposed, Cash unsure) {
        margin_.initial -= unsure + depeg_charge(terms_.depeg, market_.settlement_price, exposed);
    }

    [[nodiscard]] Cash at_spot(const Instrument& instrument, i64 size) const {
        const Price spot = market_.underlyings[instrument.series.underlying.value()].spot;
        return worth(size < 0 ? -size : size, spot, Round::up);
    }

    // Which options offset each other: a difference in payoff bounds the difference in mark only
    // of options that end at the same time or, without an end, pay funding over the same period.
    static bool earlier(const Leg& a, const Leg& b) {
        const risk::Series& left = a.instrument->series;
        const risk::Series& right = b.instrument->series;
        if (left.underlying != right.underlying) return left.underlying < right.underlying;
        if (left.expiry != right.expiry) return left.expiry < right.expiry;
        return left.period < right.period;
    }

    const Terms& terms_;
    const Market& market_;
    Margin margin_;
    std::array<Leg, limits::positions_max> legs_;
    u32 count_ = 0;
};

}  // namespace

Margin margin(const Terms& terms, const Market& market, const Account& account) {
    return Evaluation(terms, market, account).margin();
}

}  // namespace ballast::notional
