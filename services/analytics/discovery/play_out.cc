// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/play_out.h"

#include <algorithm>
#include <utility>

namespace plumbline::analytics {
namespace {

using Words = std::set<TestTrace>;

uint32_t Pick(std::mt19937* random, size_t below) {
  return static_cast<uint32_t>((*random)() % below);
}

TestTrace Mixed(TestTrace a, const TestTrace& b, std::mt19937* random) {
  std::vector<bool> from_b(a.size(), false);
  from_b.resize(a.size() + b.size(), true);
  std::shuffle(from_b.begin(), from_b.end(), *random);
  TestTrace mixed;
  size_t i = 0, j = 0;
  for (const bool second : from_b) mixed.push_back(second ? b[j++] : a[i++]);
  return mixed;
}

void AddMixes(const TestTrace& a, const TestTrace& b, size_t i, size_t j, TestTrace* word,
              Words* words) {
  if (i == a.size() && j == b.size()) words->insert(*word);
  if (i < a.size()) {
    word->push_back(a[i]);
    AddMixes(a, b, i + 1, j, word, words);
    word->pop_back();
  }
  if (j < b.size()) {
    word->push_back(b[j]);
    AddMixes(a, b, i, j + 1, word, words);
    word->pop_back();
  }
}

// Every word of a with every word of b, one after the other or mixed.
Words Join(const Words& a, const Words& b, bool mixed, size_t longest) {
  Words joined;
  for (const TestTrace& x : a) {
    for (const TestTrace& y : b) {
      if (x.size() + y.size() > longest) continue;
      TestTrace word;
      if (mixed) {
        AddMixes(x, y, 0, 0, &word, &joined);
      } else {
        word = x;
        word.insert(word.end(), y.begin(), y.end());
        joined.insert(word);
      }
    }
  }
  return joined;
}

ModelTree Grow(std::mt19937* random, uint32_t first, uint32_t end) {
  if (end - first == 1) {
    if (Pick(random, 12) == 0) return SilentStep();
    return ActivityStep(first);
  }
  constexpr ModelKind kKinds[] = {ModelKind::kSequence, ModelKind::kChoice, ModelKind::kParallel,
                                  ModelKind::kLoop};
  ModelTree tree = Inner(kKinds[Pick(random, 4)], {});
  for (uint32_t at = first; at < end;) {
    const uint32_t next = std::min(end, at + 1 + Pick(random, std::max(1u, (end - first) / 2)));
    tree.children.push_back(Grow(random, at, next));
    at = next;
  }
  if (tree.kind == ModelKind::kLoop && Pick(random, 2) == 0) tree.children.push_back(SilentStep());
  if (tree.kind == ModelKind::kChoice && Pick(random, 3) == 0)
    tree.children.push_back(SilentStep());
  return tree;
}

}  // namespace

TestTrace PlayOut(const ModelTree& tree, std::mt19937* random) {
  if (tree.kind == ModelKind::kSilent) return {};
  if (tree.kind == ModelKind::kActivity) return {tree.activity};
  const size_t children = tree.children.size();
  if (tree.kind == ModelKind::kChoice)
    return PlayOut(tree.children[Pick(random, children)], random);
  TestTrace trace = PlayOut(tree.children[0], random);
  const auto append = [&](const ModelTree& next) {
    const TestTrace more = PlayOut(next, random);
    trace.insert(trace.end(), more.begin(), more.end());
  };
  if (tree.kind == ModelKind::kLoop) {
    while (Pick(random, 3) == 0) {
      append(tree.children[1 + Pick(random, children - 1)]);
      append(tree.children[0]);
    }
    return trace;
  }
  for (size_t i = 1; i < children; ++i) {
    if (tree.kind == ModelKind::kSequence) {
      append(tree.children[i]);
    } else {
      trace = Mixed(std::move(trace), PlayOut(tree.children[i], random), random);
    }
  }
  return trace;
}

std::set<TestTrace> Language(const ModelTree& tree, size_t longest) {
  if (tree.kind == ModelKind::kSilent) return {{}};
  if (tree.kind == ModelKind::kActivity) return longest == 0 ? Words{} : Words{{tree.activity}};
  Words words = Language(tree.children[0], longest);
  if (tree.kind == ModelKind::kLoop) {
    Words redo;
    for (size_t i = 1; i < tree.children.size(); ++i)
      redo.merge(Language(tree.children[i], longest));
    const Words round = Join(redo, words, false, longest);
    for (size_t before = 0; before != words.size();) {
      before = words.size();
      words.merge(Join(words, round, false, longest));
    }
    return words;
  }
  for (size_t i = 1; i < tree.children.size(); ++i) {
    Words more = Language(tree.children[i], longest);
    if (tree.kind == ModelKind::kChoice) {
      words.merge(more);
    } else {
      words = Join(words, more, tree.kind == ModelKind::kParallel, longest);
    }
  }
  return words;
}

ModelTree RandomModel(std::mt19937* random, uint32_t activities) {
  return Normalised(Grow(random, 0, activities));
}

}  // namespace plumbline::analytics
