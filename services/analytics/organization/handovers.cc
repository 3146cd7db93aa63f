// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/organization/handovers.h"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/base/steady_sort.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kStepsBetweenChecks = base::kSteadyPiece;

// Numbers for pairs of performers, in the order of first sight.
class PairNumbers {
 public:
  explicit PairNumbers(size_t most) : most_(most) {}

  absl::StatusOr<uint32_t> Of(uint32_t from, uint32_t to) {
    const auto [found, fresh] =
        numbers_.try_emplace(uint64_t{from} << 32 | to, static_cast<uint32_t>(numbers_.size()));
    if (fresh && numbers_.size() > most_) {
      return base::FieldError(
          "group_by",
          absl::StrCat("makes more than ", most_,
                       " pairs of performers; group by an attribute that has fewer values, as a "
                       "team, or select fewer cases with selection.filter"));
    }
    return found->second;
  }

 private:
  const size_t most_;
  absl::flat_hash_map<uint64_t, uint32_t> numbers_;
};

class HandoverMiner {
 public:
  HandoverMiner(const Work& work, const HandoverOptions& options, Check check)
      : work_(work), options_(options), check_(check), numbers_(options.most_pairs) {
    answer_.parts.resize(work.performers.size());
    for (uint32_t p = 0; p < answer_.parts.size(); ++p) answer_.parts[p].performer = p;
  }

  absl::StatusOr<Handovers> Run() {
    waits_.reserve(work_.items.size());
    for (uint32_t c = 0; c + 1 < work_.case_begin.size(); ++c) {
      if (c % kStepsBetweenChecks == 0) RETURN_IF_ERROR(check_());
      bool handed = false;
      for (uint32_t i = work_.case_begin[c] + 1; i < work_.case_begin[c + 1]; ++i) {
        ASSIGN_OR_RETURN(const bool other, Step(c, work_.items[i - 1], work_.items[i]));
        handed |= other;
      }
      answer_.case_count += handed ? 1 : 0;
    }
    RETURN_IF_ERROR(check_());
    RETURN_IF_ERROR(DescribeWaits());
    std::erase_if(answer_.parts, [](const HandoverPart& part) {
      return part.given + part.received + part.kept == 0;
    });
    std::stable_sort(answer_.parts.begin(), answer_.parts.end(),
                     [](const HandoverPart& a, const HandoverPart& b) {
                       return a.given + a.received > b.given + b.received;
                     });
    RETURN_IF_ERROR(check_());
    return std::move(answer_);
  }

 private:
  // Whether it is a handover to somebody else.
  absl::StatusOr<bool> Step(uint32_t c, const WorkItem& one, const WorkItem& next) {
    if (++steps_ % kStepsBetweenChecks == 0) RETURN_IF_ERROR(check_());
    if (one.performer == kNoText || next.performer == kNoText) {
      ++answer_.unknown_count;
      return false;
    }
    const bool kept = one.performer == next.performer;
    if (kept) {
      ++answer_.kept_count;
      ++answer_.parts[one.performer].kept;
      if (!options_.include_kept) return false;
    } else {
      ++answer_.handover_count;
      ++answer_.parts[one.performer].given;
      ++answer_.parts[next.performer].received;
    }
    ASSIGN_OR_RETURN(const uint32_t pair, numbers_.Of(one.performer, next.performer));
    if (pair == answer_.pairs.size()) {
      answer_.pairs.push_back({one.performer, next.performer, 0, 0, {}});
      last_case_.push_back(kNoText);
    }
    ++answer_.pairs[pair].count;
    if (last_case_[pair] != c) ++answer_.pairs[pair].case_count;
    last_case_[pair] = c;
    waits_.emplace_back(
        pair, options_.between ? options_.between(one.end, next.begin()) : next.begin() - one.end);
    return !kept;
  }

  // The waits, dealt to their pairs.
  absl::Status DescribeWaits() {
    std::vector<size_t> next(answer_.pairs.size() + 1, 0);
    for (size_t p = 0; p < answer_.pairs.size(); ++p) {
      next[p + 1] = next[p] + static_cast<size_t>(answer_.pairs[p].count);
    }
    std::vector<int64_t> dealt(waits_.size()), between_different;
    between_different.reserve(static_cast<size_t>(answer_.handover_count));
    for (const auto& [pair, wait] : waits_) {
      dealt[next[pair]++] = wait;
      if (answer_.pairs[pair].from != answer_.pairs[pair].to) between_different.push_back(wait);
    }
    waits_ = {};
    size_t begin = 0, checked = 0;
    for (size_t p = 0; p < answer_.pairs.size(); ++p) {
      if (begin >= checked) {
        RETURN_IF_ERROR(check_());
        checked = begin + kStepsBetweenChecks;
      }
      answer_.pairs[p].wait = Describe(std::span(dealt).subspan(begin, next[p] - begin));
      begin = next[p];
    }
    answer_.wait = Describe(between_different);
    RETURN_IF_ERROR(check_());
    std::sort(answer_.pairs.begin(), answer_.pairs.end(), [](const Handover& a, const Handover& b) {
      return std::tuple(-a.count, a.from, a.to) < std::tuple(-b.count, b.from, b.to);
    });
    return absl::OkStatus();
  }

  const Work& work_;
  const HandoverOptions& options_;
  const Check check_;
  PairNumbers numbers_;
  Handovers answer_;
  std::vector<uint32_t> last_case_;                  // by pair
  std::vector<std::pair<uint32_t, int64_t>> waits_;  // pair, microseconds
  size_t steps_ = 0;
};

// The performers of a case, ascending, each once.
std::vector<uint32_t> PerformersOf(std::span<const WorkItem> items) {
  std::vector<uint32_t> performers;
  for (const WorkItem& item : items) {
    if (item.performer != kNoText) performers.push_back(item.performer);
  }
  std::sort(performers.begin(), performers.end());
  performers.erase(std::unique(performers.begin(), performers.end()), performers.end());
  return performers;
}

}  // namespace

absl::StatusOr<Handovers> MineHandovers(const Work& work, const HandoverOptions& options,
                                        Check check) {
  return HandoverMiner(work, options, check).Run();
}

absl::StatusOr<std::vector<Together>> MineTogether(const Work& work, size_t most_pairs,
                                                   Check check) {
  PairNumbers numbers(most_pairs);
  std::vector<Together> pairs;
  std::vector<int64_t> cases(work.performers.size(), 0);
  size_t steps = 0;
  for (size_t c = 0; c + 1 < work.case_begin.size(); ++c) {
    if (c % kStepsBetweenChecks == 0) RETURN_IF_ERROR(check());
    const std::vector<uint32_t> performers = PerformersOf(work.CaseItems(c));
    for (size_t i = 0; i < performers.size(); ++i) {
      ++cases[performers[i]];
      for (size_t j = i + 1; j < performers.size(); ++j) {
        if (++steps % kStepsBetweenChecks == 0) RETURN_IF_ERROR(check());
        ASSIGN_OR_RETURN(const uint32_t pair, numbers.Of(performers[i], performers[j]));
        if (pair == pairs.size()) pairs.push_back({performers[i], performers[j], 0, 0, 0});
        ++pairs[pair].case_count;
      }
    }
  }
  for (Together& pair : pairs) {
    pair.first_case_count = cases[pair.first];
    pair.second_case_count = cases[pair.second];
  }
  std::sort(pairs.begin(), pairs.end(), [](const Together& a, const Together& b) {
    return std::tuple(-a.case_count, a.first, a.second) <
           std::tuple(-b.case_count, b.first, b.second);
  });
  RETURN_IF_ERROR(check());
  return pairs;
}

}  // namespace plumbline::analytics
