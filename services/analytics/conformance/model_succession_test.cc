// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/model_succession.h"

#include <gtest/gtest.h>

#include <string>

#include "services/analytics/conformance/model_testing.h"

namespace plumbline::analytics::conformance {
namespace {

// "ab" for each pair, "^a" for each begin, "a$" for each end.
std::string Text(const Succession& succession) {
  std::string text;
  const auto add = [&](const std::string& a, const std::string& b) {
    text += (text.empty() ? "" : " ") + a + b;
  };
  for (size_t a = 0; a < succession.names.size(); ++a) {
    if (succession.starts[a]) add("^", succession.names[a]);
    for (size_t b = 0; b < succession.names.size(); ++b) {
      if (succession.Follows(a, b)) add(succession.names[a], succession.names[b]);
    }
    if (succession.ends[a]) add(succession.names[a], "$");
  }
  return text;
}

TEST(ModelSuccessionTest, Operators) {
  const struct {
    const char* model;
    const char* pairs;
  } kCases[] = {
      {"tau", ""},
      {"'a'", "^a a$"},
      {"->( 'a', 'b', 'c' )", "^a ab bc c$"},
      {"->( 'a', X( tau, 'b' ), 'c' )", "^a ab ac bc c$"},
      {"X( 'a', ->( 'b', 'c' ) )", "^a a$ ^b bc c$"},
      {"+( 'a', ->( 'b', 'c' ) )", "^a ab ac a$ ^b ba bc ca c$"},
      {"*( 'a', 'b' )", "^a ab a$ ba"},
      {"*( 'a', tau )", "^a aa a$"},
      {"*( tau, 'a', 'b' )", "^a aa ab a$ ^b ba bb b$"},
      {"->( X( tau, 'a' ), X( tau, 'b' ) )", "^a ab a$ ^b b$"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Text(SuccessionOf(ParseModel(c.model).value())), c.pairs) << c.model;
  }
}

// As all the steps of all states of the machine say.
TEST(ModelSuccessionTest, IsThatOfAllRuns) {
  RandomModels random(31);
  for (int i = 0; i < 2'000; ++i) {
    const ModelNode node = random.Model(1 + random.Below(9), random.Below(2) == 0);
    SCOPED_TRACE(ModelText(node));
    const Compiled model(node);
    const auto automaton = Automaton::Make(model.machine, model.tree.label_count(), {});
    ASSERT_TRUE(automaton.has_value());
    Succession expected = SuccessionOf(node);  // for its names
    ASSERT_EQ(expected.names.size(), model.tree.label_count());
    expected.follows.assign(expected.follows.size(), false);
    expected.starts.assign(expected.names.size(), false);
    expected.ends.assign(expected.names.size(), false);
    const auto number = [&](uint32_t label) {
      return static_cast<size_t>(std::lower_bound(expected.names.begin(), expected.names.end(),
                                                  model.tree.labels()[label]) -
                                 expected.names.begin());
    };
    for (uint32_t state = 0; state < automaton->size(); ++state) {
      for (const Automaton::Edge& edge : automaton->edges(state)) {
        const size_t from = number(edge.label);
        if (state == 0) expected.starts[from] = true;
        if (automaton->finish(edge.to).possible()) expected.ends[from] = true;
        for (const Automaton::Edge& next : automaton->edges(edge.to)) {
          expected.follows[from * expected.names.size() + number(next.label)] = true;
        }
      }
    }
    ASSERT_EQ(Text(SuccessionOf(node)), Text(expected));
  }
}

}  // namespace
}  // namespace plumbline::analytics::conformance
