// SPDX-License-Identifier: Apache-2.0
#include "common/flow/diff_lists.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace plumbline::flow {
namespace {

using ById = absl::flat_hash_map<absl::string_view, const ListItem*>;

ById IndexOf(const std::vector<ListItem>& items) {
  ById index;
  for (const ListItem& item : items) index.emplace(item.id, &item);
  return index;
}

std::string Text(const ListItem& item) {
  return item.optional ? absl::StrCat(item.text, " (optional)") : item.text;
}

// The ids of `items` that are in `others` too, in their order.
std::string CommonIds(const std::vector<ListItem>& items, const ById& others) {
  std::vector<absl::string_view> ids;
  for (const ListItem& item : items)
    if (others.contains(item.id)) ids.push_back(item.id);
  return absl::StrJoin(ids, ", ");
}

class Comparison {
 public:
  Comparison(const ListRule& rule, DifferenceSink sink) : rule_(rule), sink_(sink) {}

  void Run(const std::vector<ListItem>& before, const std::vector<ListItem>& after) const {
    const ById in_before = IndexOf(before), in_after = IndexOf(after);
    for (const ListItem& item : before) {
      const auto it = in_after.find(item.id);
      if (it == in_after.end()) {
        Report(Verdict::kCompatible, item.id, Text(item), "", rule_.removed);
      } else {
        CompareTexts(item, *it->second);
      }
    }
    for (const ListItem& item : after) {
      if (!in_before.contains(item.id))
        Report(Verdict::kCompatible, item.id, "", Text(item), rule_.added);
    }
    std::string order_before = CommonIds(before, in_after);
    std::string order_after = CommonIds(after, in_before);
    if (order_before != order_after)
      Report(Verdict::kCosmetic, "", std::move(order_before), std::move(order_after), kOrderOnly);
  }

 private:
  void CompareTexts(const ListItem& before, const ListItem& after) const {
    if (before.optional != after.optional) {
      Report(Verdict::kCompatible, after.id, Text(before), Text(after),
             "applies to tasks that are not completed yet");
    } else if (before.text != after.text) {
      const bool for_people = rule_.changed.empty();
      Report(for_people ? Verdict::kCosmetic : Verdict::kCompatible, after.id, Text(before),
             Text(after), for_people ? kForPeople : rule_.changed);
    }
  }

  void Report(Verdict verdict, absl::string_view item, std::string was, std::string is,
              absl::string_view why) const {
    sink_({.kind = rule_.kind,
           .verdict = verdict,
           .path = std::string(rule_.path),
           .item = std::string(item),
           .before = std::move(was),
           .after = std::move(is),
           .why = std::string(why)});
  }

  const ListRule& rule_;
  const DifferenceSink sink_;
};

}  // namespace

void CompareItems(const ListRule& rule, const std::vector<ListItem>& before,
                  const std::vector<ListItem>& after, DifferenceSink sink) {
  Comparison(rule, sink).Run(before, after);
}

}  // namespace plumbline::flow
