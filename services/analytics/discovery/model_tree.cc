// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/model_tree.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace plumbline::analytics {
namespace {

constexpr uint32_t kNoActivity = std::numeric_limits<uint32_t>::max();

// Negative, 0 or positive as `a` comes before, with or after `b` in the order of contents.
int Compare(const ModelTree& a, const ModelTree& b) {
  if (a.kind != b.kind) return a.kind < b.kind ? -1 : 1;
  if (a.activity != b.activity) return a.activity < b.activity ? -1 : 1;
  for (size_t i = 0; i < std::min(a.children.size(), b.children.size()); ++i) {
    if (const int order = Compare(a.children[i], b.children[i]); order != 0) return order;
  }
  if (a.children.size() == b.children.size()) return 0;
  return a.children.size() < b.children.size() ? -1 : 1;
}

// A tree on its way to its place among its siblings.
struct Placed {
  ModelTree tree;
  uint32_t smallest = kNoActivity;  // activity below it
};

void Sort(std::vector<Placed>::iterator first, std::vector<Placed>::iterator last) {
  std::sort(first, last, [](const Placed& a, const Placed& b) {
    const bool a_acts = a.tree.kind != ModelKind::kSilent;
    const bool b_acts = b.tree.kind != ModelKind::kSilent;
    if (a_acts != b_acts) return !a_acts;
    if (a.smallest != b.smallest) return a.smallest < b.smallest;
    return Compare(a.tree, b.tree) < 0;
  });
}

uint32_t SmallestBelow(const ModelTree& tree) {
  if (tree.kind == ModelKind::kActivity) return tree.activity;
  uint32_t smallest = kNoActivity;
  for (const ModelTree& child : tree.children) smallest = std::min(smallest, SmallestBelow(child));
  return smallest;
}

Placed Place(ModelTree tree);

// The children in their form, those of children of the same kind among them.
std::vector<Placed> PlaceChildren(ModelTree& tree) {
  std::vector<Placed> placed;
  for (ModelTree& below : tree.children) {
    Placed child = Place(std::move(below));
    if (child.tree.kind != tree.kind || tree.kind == ModelKind::kLoop) {
      placed.push_back(std::move(child));
      continue;
    }
    for (ModelTree& inner : child.tree.children) {
      const uint32_t smallest = SmallestBelow(inner);
      placed.push_back({std::move(inner), smallest});
    }
  }
  return placed;
}

// What a choice, or the ways of a loop to begin again, need say once only.
void DropSilentTwins(std::vector<Placed>* placed, size_t first) {
  bool seen = false;
  const auto twin = [&seen](const Placed& child) {
    return child.tree.kind == ModelKind::kSilent && std::exchange(seen, true);
  };
  placed->erase(
      std::remove_if(placed->begin() + static_cast<ptrdiff_t>(first), placed->end(), twin),
      placed->end());
}

Placed Place(ModelTree tree) {
  if (tree.kind == ModelKind::kActivity) return {tree, tree.activity};
  std::vector<Placed> placed = PlaceChildren(tree);
  if (tree.kind == ModelKind::kSequence || tree.kind == ModelKind::kParallel) {
    std::erase_if(placed, [](const Placed& p) { return p.tree.kind == ModelKind::kSilent; });
  }
  const bool loop = tree.kind == ModelKind::kLoop;
  if (loop && placed.size() == 1) placed.push_back({SilentStep(), kNoActivity});
  if (loop || tree.kind == ModelKind::kChoice) DropSilentTwins(&placed, loop ? 1 : 0);
  const auto silent = [](const Placed& p) { return p.tree.kind == ModelKind::kSilent; };
  if (std::ranges::all_of(placed, silent)) return {SilentStep(), kNoActivity};
  if (placed.size() == 1) return std::move(placed[0]);
  if (tree.kind != ModelKind::kSequence) Sort(placed.begin() + (loop ? 1 : 0), placed.end());
  Placed result{Inner(tree.kind, {}), kNoActivity};
  for (Placed& child : placed) {
    result.smallest = std::min(result.smallest, child.smallest);
    result.tree.children.push_back(std::move(child.tree));
  }
  return result;
}

void AppendText(const ModelTree& tree, const std::vector<std::string>& names, std::string* text) {
  if (tree.kind == ModelKind::kSilent) {
    text->append("tau");
    return;
  }
  if (tree.kind == ModelKind::kActivity) {
    absl::StrAppend(text, "'",
                    absl::StrReplaceAll(names[tree.activity], {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
    return;
  }
  text->append(tree.kind == ModelKind::kSequence   ? "->( "
               : tree.kind == ModelKind::kChoice   ? "X( "
               : tree.kind == ModelKind::kParallel ? "+( "
                                                   : "*( ");
  for (size_t i = 0; i < tree.children.size(); ++i) {
    if (i > 0) text->append(", ");
    AppendText(tree.children[i], names, text);
  }
  text->append(" )");
}

}  // namespace

ModelTree Normalised(ModelTree tree) { return Place(std::move(tree)).tree; }

std::string TextOf(const ModelTree& tree, const std::vector<std::string>& names) {
  std::string text;
  AppendText(tree, names, &text);
  return text;
}

size_t NodeCount(const ModelTree& tree) {
  size_t count = 1;
  for (const ModelTree& child : tree.children) count += NodeCount(child);
  return count;
}

size_t DepthOf(const ModelTree& tree) {
  size_t deepest = 0;
  for (const ModelTree& child : tree.children) deepest = std::max(deepest, DepthOf(child));
  return deepest + 1;
}

}  // namespace plumbline::analytics
