// SPDX-License-Identifier: Apache-2.0
//
// Token-based replay (Rozinat and van der Aalst 2008; van der Aalst 2016, section 8.2), exact and
// deterministic: what fits is found by the set of all states that the model may be in, so that a
// trace of the model's language never lacks a token. A trace that does not fit goes the cheapest
// way as far as the model allows; from there on it plays the tokens of the net one event at a time,
// looking at all silent moves. A beginning (LogVariant::beginning) fits where its set is not empty;
// nothing is asked of what would come after it, so no token lacks at the end and none remains.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_REPLAY_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_REPLAY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "services/analytics/conformance/labelled_log.h"
#include "services/analytics/conformance/machine.h"
#include "services/analytics/conformance/search_memory.h"
#include "services/analytics/conformance/token_game.h"

namespace plumbline::analytics::conformance {

struct ReplayOptions {
  // Activities that the model does not know: false = each lacks a token and leaves one; true = as
  // if they had not happened, as PM4Py does.
  bool ignore_unknown = false;
  // Asked every few milliseconds; true ends the work.
  std::function<bool()> expired = [] { return false; };
  // States and markings that are kept at most, some 200 bytes each, the sets of states of a trace
  // included. A trace whose sets take more is not replayed; more states and markings end the work.
  size_t most_states = 1'000'000;
  // As in AlignOptions.
  std::shared_ptr<SearchMemory> memory = std::make_shared<SearchMemory>();
};

struct VariantReplay {
  Tokens tokens;
  uint32_t unknown = 0;   // events with activities that the model does not know
  bool fits = false;      // in the language of the model
  bool replayed = false;  // false: the work ended before, or StateSet::cut
  bool beginning = false;
  // 1/2 (1 - missing/consumed) + 1/2 (1 - remaining/produced); of a beginning 1 - missing/consumed.
  double Fitness() const;
};

struct ReplayResult {
  std::vector<VariantReplay> variants;  // as in the log
  // Of what was replayed, by cases.
  int64_t cases = 0;
  int64_t fitting_cases = 0;
  int64_t begun_cases = 0, fitting_begun_cases = 0;  // of the two counts, beginnings
  int64_t unknown_events = 0;
  // Of the sums of tokens: missing/consumed of all, remaining/produced of those that are no
  // beginnings. 1 where there are none.
  double log_fitness = 1;
  double average_fitness = 1;  // mean over cases; 1 where there are none
};

// O(events that are not in a common beginning), times what a state or marking costs when it is seen
// first.
ReplayResult Replay(const Net& net, const Machine& machine, const LabelledLog& log,
                    const ReplayOptions& options);

// Whether a trace, in labels of the model, is in its language.
bool IsInLanguage(const Machine& machine, std::span<const uint32_t> labels);

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_REPLAY_H_
