// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/organization/work_items.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/base/steady_sort.h"
#include "services/analytics/mining/occurrences.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kKeysInAnError = 20;

// Who performed, by row: numbers of names, kNoText where nobody is named.
class Names {
 public:
  static absl::StatusOr<Names> Of(const LogSnapshot& log, const std::string& group_by) {
    Names names(log);
    if (!group_by.empty()) RETURN_IF_ERROR(names.ReadAttribute(group_by));
    return names;
  }

  // Of an item with these rows.
  uint32_t Of(const Occurrence& o) const {
    if (of_case_) return by_row_[o.case_number];
    const uint32_t name = OfRow(o.end_row);
    return name != kNoText ? name : OfRow(o.start_row);
  }
  const std::vector<std::string>& texts() const { return own_ ? texts_ : log_->resources; }

 private:
  explicit Names(const LogSnapshot& log) : log_(&log) {}

  uint32_t OfRow(uint32_t row) const {
    if (row == kNoText) return kNoText;
    return own_ ? by_row_[row] : log_->ResourceOf(row);
  }

  absl::Status ReadAttribute(const std::string& group_by) {
    own_ = true;
    of_case_ = absl::StartsWith(group_by, "case:");
    const uint32_t key = log_->FindAttributeKey(group_by);
    by_row_.resize(of_case_ ? log_->case_count() : log_->size(), kNoText);
    absl::flat_hash_map<std::string, uint32_t> numbers;
    size_t c = 0;
    bool any = false;
    for (const EventAttribute& attribute : log_->attributes) {
      if (attribute.key != key) continue;
      any = true;
      std::string text;
      if (const auto* words = std::get_if<std::string>(&attribute.value)) {
        text = *words;
      } else if (const auto* number = std::get_if<int64_t>(&attribute.value)) {
        text = absl::StrCat(*number);
      }
      if (text.empty()) continue;
      while (attribute.row >= log_->case_begin[c + 1]) ++c;
      uint32_t& name = by_row_[of_case_ ? c : attribute.row];
      if (name != kNoText) continue;  // the first in the canonical order
      name = numbers.try_emplace(text, static_cast<uint32_t>(texts_.size())).first->second;
      if (name == texts_.size()) texts_.push_back(text);
    }
    return any || log_->empty() ? absl::OkStatus() : NoAttribute(group_by);
  }

  absl::Status NoAttribute(const std::string& group_by) const {
    const auto& keys = log_->attribute_keys;
    const auto end = keys.begin() + static_cast<ptrdiff_t>(std::min(keys.size(), kKeysInAnError));
    return base::FieldError(
        "group_by",
        absl::StrCat(
            "is '", group_by, "', an attribute that no selected event has; ",
            keys.empty()
                ? "the log has no attributes (imports keep those that ImportHeader.attributes "
                  "names)"
                : absl::StrCat("the log has ",
                               absl::StrJoin(std::vector<std::string>(keys.begin(), end), ", "))));
  }

  const LogSnapshot* log_;
  bool own_ = false, of_case_ = false;
  std::vector<uint32_t> by_row_;
  std::vector<std::string> texts_;
};

// Numbers of performers become their ranks; only names that somebody works under stay.
void RankPerformers(const std::vector<std::string>& texts, Work& work) {
  std::vector<uint8_t> used(texts.size(), 0);
  for (const WorkItem& item : work.items) {
    if (item.performer != kNoText) used[item.performer] = 1;
  }
  std::vector<uint32_t> order;
  for (uint32_t name = 0; name < texts.size(); ++name) {
    if (used[name] != 0) order.push_back(name);
  }
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return texts[a] < texts[b]; });
  std::vector<uint32_t> rank(texts.size(), kNoText);
  for (uint32_t r = 0; r < order.size(); ++r) {
    rank[order[r]] = r;
    work.performers.push_back(texts[order[r]]);
  }
  for (WorkItem& item : work.items) {
    if (item.performer != kNoText) item.performer = rank[item.performer];
  }
}

}  // namespace

int64_t BytesOfWork(const LogSnapshot& log) {
  // Also who did what, by row.
  return static_cast<int64_t>(log.size() * (sizeof(WorkItem) + sizeof(uint32_t)) +
                              log.case_count() * sizeof(uint32_t));
}

absl::StatusOr<Work> ReadWork(const LogSnapshot& log, const WorkOptions& options, Check check) {
  ASSIGN_OR_RETURN(const Names names, Names::Of(log, options.group_by));
  RETURN_IF_ERROR(check());
  Work work;
  work.items.reserve(log.size());
  work.case_begin.assign(log.case_count() + 1, 0);
  const auto take = [&](const Occurrence& o) {
    if (!o.completed) return;
    const uint32_t performer = names.Of(o);
    work.items.push_back({o.case_number, o.activity, performer, o.ready, o.start, o.end});
    work.case_begin[o.case_number + 1] += 1;
    work.unassigned_count += performer == kNoText ? 1 : 0;
    work.has_starts |= o.start != kNoTime;
  };
  RETURN_IF_ERROR(ReadOccurrences(log, options.map_transitions, {take, nullptr}, check));
  std::partial_sum(work.case_begin.begin(), work.case_begin.end(), work.case_begin.begin());
  RETURN_IF_ERROR(check());
  if (work.has_starts) {
    for (size_t c = 0; c < log.case_count(); ++c) {
      if (c % base::kSteadyPiece == 0) RETURN_IF_ERROR(check());
      std::stable_sort(work.items.begin() + work.case_begin[c],
                       work.items.begin() + work.case_begin[c + 1],
                       [](const WorkItem& a, const WorkItem& b) {
                         return std::pair(a.begin(), a.end) < std::pair(b.begin(), b.end);
                       });
    }
  }
  RankPerformers(names.texts(), work);
  RETURN_IF_ERROR(check());
  return work;
}

}  // namespace plumbline::analytics
