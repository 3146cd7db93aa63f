// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/inductive_miner.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/discovery/cut_finder.h"
#include "services/analytics/discovery/cut_splitter.h"
#include "services/analytics/discovery/fall_through.h"
#include "services/analytics/discovery/follow_graph.h"
#include "services/analytics/discovery/sub_log.h"

namespace plumbline::analytics {
namespace {

class Miner {
 public:
  explicit Miner(const InductiveOptions& options) : options_(options) {}

  // The tree of a log, over ranks. No deeper than some three levels an activity: every part has
  // fewer activities than what it is a part of, but for the traces of a loop that begins again,
  // which cannot be cut that way a second time.
  absl::StatusOr<ModelTree> Mine(SubLog log) {
    RETURN_IF_ERROR(options_.check());
    if (log.traces.empty()) return SilentStep();
    if (log.empty_count > 0) {
      const double least = options_.noise * static_cast<double>(log.trace_count());
      const bool often = static_cast<double>(std::exchange(log.empty_count, 0)) > least;
      if (often) return MaybeSkipped(std::move(log));
    }
    if (log.traces.size() == 1 && log.traces[0].size() == 1) {
      return ActivityStep(log.activities[log.traces[0][0]]);
    }
    DropUnused(&log);
    std::optional<Cut> cut;
    std::optional<FallThrough> fall_through;
    {
      const FollowCounts counts = CountFollows(log);
      const FollowGraph graph = GraphOf(counts);
      cut = FindCut(graph);
      if (!cut && options_.noise > 0) cut = FindCut(FilteredGraph(counts, options_.noise));
      if (!cut) {
        ASSIGN_OR_RETURN(fall_through, FallThroughOf(log, graph, options_.check));
      }
    }
    if (fall_through)
      return MineParts(fall_through->kind, std::move(log), std::move(fall_through->parts));
    std::vector<SubLog> parts = SplitLog(log, *cut);
    return MineParts(cut->kind, std::move(log), std::move(parts));
  }

 private:
  absl::StatusOr<ModelTree> MaybeSkipped(SubLog log) {
    ASSIGN_OR_RETURN(ModelTree tree, Mine(std::move(log)));
    ModelTree choice = Inner(ModelKind::kChoice, {SilentStep()});
    choice.children.push_back(std::move(tree));
    return choice;
  }

  // `whole` is let go before its parts are mined.
  absl::StatusOr<ModelTree> MineParts(ModelKind kind, SubLog whole, std::vector<SubLog> parts) {
    whole = SubLog();
    ModelTree tree = Inner(kind, {});
    for (SubLog& part : parts) {
      ASSIGN_OR_RETURN(ModelTree child, Mine(std::exchange(part, SubLog())));
      tree.children.push_back(std::move(child));
    }
    return tree;
  }

  const InductiveOptions& options_;
};

void Rename(const std::vector<uint32_t>& numbers, ModelTree* tree) {
  if (tree->kind == ModelKind::kActivity) tree->activity = numbers[tree->activity];
  for (ModelTree& child : tree->children) Rename(numbers, &child);
}

}  // namespace

absl::StatusOr<ModelTree> MineTree(const TraceBag& bag, const InductiveOptions& options) {
  if (!(options.noise >= 0 && options.noise < 1)) {
    return base::FieldError("noise", absl::StrCat("is ", options.noise,
                                                  "; it takes 0 (every trace fits) or more and "
                                                  "less than 1, usually 0.2"));
  }
  RETURN_IF_ERROR(CheckModelSize(bag));
  SubLog log = WholeLog(bag);
  ASSIGN_OR_RETURN(ModelTree tree, Miner(options).Mine(std::move(log)));
  tree = Normalised(std::move(tree));
  Rename(bag.ByName(), &tree);
  return tree;
}

}  // namespace plumbline::analytics
