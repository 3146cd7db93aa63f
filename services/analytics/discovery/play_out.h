// SPDX-License-Identifier: Apache-2.0
//
// For tests: logs made of trees.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_PLAY_OUT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_PLAY_OUT_H_

#include <cstdint>
#include <random>
#include <set>
#include <vector>

#include "services/analytics/discovery/model_tree.h"

namespace plumbline::analytics {

using TestTrace = std::vector<uint32_t>;

// A trace of the tree: choices by chance, loops begin again with one chance in three.
TestTrace PlayOut(const ModelTree& tree, std::mt19937* random);

// All traces of the tree up to `longest` events, by trying everything: for small trees.
std::set<TestTrace> Language(const ModelTree& tree, size_t longest);

// A random tree over at most `activities` activities, each of which it names once.
ModelTree RandomModel(std::mt19937* random, uint32_t activities);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_PLAY_OUT_H_
