// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_TESTS_BENCH_DISCOVERY_BENCH_H_
#define PLUMBLINE_TESTS_BENCH_DISCOVERY_BENCH_H_

#include <vector>

#include "tests/bench/bench.h"

namespace plumbline::bench {

// mining.im_bpic2012 and its like: models of BPI Challenge 2012, which lies outside the tree, in
// $PLUMBLINE_SHARED or in "shared" beside it. Without it there are none.
std::vector<Figure> Discovery();

}  // namespace plumbline::bench

#endif  // PLUMBLINE_TESTS_BENCH_DISCOVERY_BENCH_H_
