// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/model_succession.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>

namespace plumbline::analytics::conformance {
namespace {

using Set = std::vector<uint32_t>;  // of activities, ascending

void AddTo(Set& set, const Set& more) {
  Set both;
  both.reserve(set.size() + more.size());
  std::set_union(set.begin(), set.end(), more.begin(), more.end(), std::back_inserter(both));
  set = std::move(both);
}

// What the runs of a node begin and end with, and whether one of them does nothing.
struct Ends {
  Set first, last;
  bool empty = false;
};

void CollectNames(const ModelNode& node, std::vector<std::string>& names) {
  if (node.op == Operator::kActivity) names.push_back(node.activity);
  for (const ModelNode& child : node.children) CollectNames(child, names);
}

class Walker {
 public:
  explicit Walker(Succession& result) : result_(result) {}

  Ends Of(const ModelNode& node) {
    switch (node.op) {
      case Operator::kSilent:
        return {{}, {}, true};
      case Operator::kActivity:
        return {{Number(node.activity)}, {Number(node.activity)}, false};
      case Operator::kSequence:
        return Sequence(node);
      case Operator::kChoice:
        return Choice(node);
      case Operator::kParallel:
        return Parallel(node);
      case Operator::kLoop:
        break;
    }
    return Loop(node);
  }

 private:
  uint32_t Number(const std::string& activity) const {
    const auto& names = result_.names;
    return static_cast<uint32_t>(std::lower_bound(names.begin(), names.end(), activity) -
                                 names.begin());
  }

  void Follow(const Set& before, const Set& after) {
    for (const uint32_t from : before) {
      for (const uint32_t to : after) result_.follows[from * result_.names.size() + to] = true;
    }
  }

  Ends Sequence(const ModelNode& node) {
    Ends all{{}, {}, true};
    for (const ModelNode& child : node.children) {
      Ends ends = Of(child);
      Follow(all.last, ends.first);
      if (all.empty) AddTo(all.first, ends.first);
      if (ends.empty) {
        AddTo(all.last, ends.last);
      } else {
        all.last = std::move(ends.last);
      }
      all.empty = all.empty && ends.empty;
    }
    return all;
  }

  Ends Choice(const ModelNode& node) {
    Ends all;
    for (const ModelNode& child : node.children) {
      const Ends ends = Of(child);
      AddTo(all.first, ends.first);
      AddTo(all.last, ends.last);
      all.empty = all.empty || ends.empty;
    }
    return all;
  }

  Set ActivitiesOf(const ModelNode& node) const {
    std::vector<std::string> names;
    CollectNames(node, names);
    Set set;
    for (const std::string& name : names) set.push_back(Number(name));
    std::sort(set.begin(), set.end());
    set.erase(std::unique(set.begin(), set.end()), set.end());
    return set;
  }

  // A run may mix its branches in any way, so that any activity of one may come right after any of
  // another.
  Ends Parallel(const ModelNode& node) {
    Ends all{{}, {}, true};
    Set before;
    for (const ModelNode& child : node.children) {
      const Ends ends = Of(child);
      AddTo(all.first, ends.first);
      AddTo(all.last, ends.last);
      all.empty = all.empty && ends.empty;
      const Set here = ActivitiesOf(child);
      Follow(before, here);
      Follow(here, before);
      AddTo(before, here);
    }
    return all;
  }

  // The body; then any number of times a way back and the body.
  Ends Loop(const ModelNode& node) {
    const Ends body = Of(node.children[0]);
    Ends back;
    for (size_t i = 1; i < node.children.size(); ++i) {
      const Ends way = Of(node.children[i]);
      AddTo(back.first, way.first);
      AddTo(back.last, way.last);
      back.empty = back.empty || way.empty;
    }
    Follow(body.last, back.first);
    Follow(back.last, body.first);
    if (back.empty) Follow(body.last, body.first);
    Ends all = body;
    if (body.empty) {
      Follow(back.last, back.first);
      AddTo(all.first, back.first);
      AddTo(all.last, back.last);
    }
    return all;
  }

  Succession& result_;
};

}  // namespace

Succession SuccessionOf(const ModelNode& root) {
  Succession result;
  CollectNames(root, result.names);
  std::sort(result.names.begin(), result.names.end());
  result.names.erase(std::unique(result.names.begin(), result.names.end()), result.names.end());
  const size_t n = result.names.size();
  result.follows.resize(n * n);
  result.starts.resize(n);
  result.ends.resize(n);
  const Ends ends = Walker(result).Of(root);
  for (const uint32_t activity : ends.first) result.starts[activity] = true;
  for (const uint32_t activity : ends.last) result.ends[activity] = true;
  return result;
}

}  // namespace plumbline::analytics::conformance
