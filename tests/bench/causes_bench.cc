// SPDX-License-Identifier: Apache-2.0
//
// Root causes of a log whose events, not only its cases, differ in a key.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/analytics/causes/causes.h"
#include "services/analytics/live/live_causes.h"
#include "tests/bench/quality_bench.h"

namespace plumbline::bench {
namespace {

using namespace analytics;  // NOLINT: all of it is about one room of the house

constexpr int kEvents = 10'000'000;
constexpr uint64_t kContacts = 200;

absl::Status GoOn() { return absl::OkStatus(); }

// Quotes, each event of which tells which of so many contacts it was with (SplitMix64, Steele et
// al. 2014): a case has some ten.
EventBatch WithContacts(int first, int events) {
  EventBatch batch = Quotes(first, events);
  const uint32_t key = batch.attribute_keys.Intern("contact");
  std::vector<EventAttribute> attributes;
  attributes.reserve(batch.attributes.size() + batch.size());
  auto next = batch.attributes.begin();
  for (uint32_t row = 0; row < batch.size(); ++row) {
    for (; next != batch.attributes.end() && next->row == row; ++next)
      attributes.push_back(std::move(*next));
    uint64_t bits = (static_cast<uint64_t>(first) + row + 1) * 0x9E3779B97F4A7C15ull;
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9ull;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBull;
    attributes.push_back({row, key, absl::StrCat("contact ", (bits ^ (bits >> 31)) % kContacts)});
  }
  batch.attributes = std::move(attributes);
  return batch;
}

}  // namespace

absl::StatusOr<std::vector<Figure>> CausesByEvent() {
  EventLogBuilder builder;
  builder.Append(WithContacts(0, kEvents));
  const std::shared_ptr<const LogSnapshot> log = builder.Snapshot();
  const Traces traces(log, {});
  std::unique_ptr<Variants> variants;
  const auto variants_of = [&]() -> const Variants& {
    if (variants == nullptr) variants = std::make_unique<Variants>(traces);
    return *variants;
  };
  std::vector<Figure> figures;
  const Stopwatch watch;
  RETURN_IF_ERROR(causes::Analyze({*log, traces, variants_of}, {}, {}, {}, GoOn).status());
  figures.push_back({"quality.causes_by_event_10m", watch.Seconds(), "s"});
  std::vector<LiveAsked> asked;
  asked.push_back({"causes_by_event",
                   std::make_unique<LiveCauses>(causes::OutcomeSpec(), causes::CauseOptions(),
                                                std::vector<std::string>()),
                   [](LiveSums& sums, const LiveWhole& whole) {
                     return static_cast<LiveCauses&>(sums).Answer(whole, GoOn).status();
                   }});
  RETURN_IF_ERROR(AskGrowing(std::move(asked), WithContacts, kEvents, builder, &figures));
  return figures;
}

}  // namespace plumbline::bench
