// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/conditions.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/expr/check.h"
#include "common/expr/parse.h"
#include "common/flow/bpmn/expressions.h"
#include "common/flow/validate.h"

namespace plumbline::flow::bpmn {
namespace {

std::string Not(absl::string_view condition) { return absl::StrCat("NOT (", condition, ")"); }

// "(a) OR (b)", in the making. It stops growing where it is longer than an expression may be, which
// expr::Parse refuses however it goes on: a file can bring thousands of conditions.
class AnyOf {
 public:
  void Add(absl::string_view condition) {
    if (TooLong()) return;
    if (++count_ == 1) {
      text_ = std::string(condition);
    } else {
      if (count_ == 2) text_ = absl::StrCat("(", text_, ")");
      absl::StrAppend(&text_, " OR (", condition, ")");
    }
  }

  bool empty() const { return count_ == 0; }
  bool TooLong() const { return text_.size() > expr::kMaxLength; }
  const std::string& text() const { return text_; }

 private:
  size_t count_ = 0;
  std::string text_;
};

// Reads the conditions of the flows out of one element.
class FlowReader {
 public:
  FlowReader(const Element& source, Logic logic, const std::vector<const Element*>& flows,
             Reading* reading)
      : source_(source),
        logic_(logic),
        flows_(flows),
        reading_(*reading),
        conditions_(flows.size()) {}

  std::vector<std::string> Read() {
    for (size_t i = 0; i < flows_.size(); ++i) conditions_[i] = ReadOne(*flows_[i]);
    if (logic_ == Logic::kExclusive && unknown_ != nullptr) {
      for (size_t i = 0; i < flows_.size(); ++i) {
        if (conditions_[i].empty()) continue;
        Tell(*flows_[i], conditions_[i],
             absl::StrCat("another flow out of ", Describe(source_),
                          " has one that is not kept, so that a person decides"));
        conditions_[i].clear();
      }
    }
    if (unknown_ != nullptr) {
      TellDefaultBesideUnknown();
    } else if (logic_ == Logic::kInclusive) {
      ReadDefault();
    }
    return std::move(conditions_);
  }

 private:
  static const Element* ExpressionOf(const Element& flow) {
    return flow.Find(Space::kModel, "conditionExpression");
  }

  bool IsDefault(const Element& flow) const {
    return !flow.Get("id").empty() && source_.Get("default") == flow.Get("id");
  }

  void Tell(const Element& flow, absl::string_view condition, absl::string_view why) {
    reading_.Ignore(
        flow, absl::StrCat("its condition '", ShortenText(absl::StripAsciiWhitespace(condition)),
                           "' is not kept: ", why));
  }

  std::string ReadOne(const Element& flow) {
    const Element* expression = ExpressionOf(flow);
    if (expression == nullptr) return "";
    const std::string why = WhyWithoutEffect(flow);
    if (!why.empty()) return Tell(flow, expression->text, why), "";
    std::string condition = ReadCondition(&flow);
    std::vector<expr::Problem> problems;
    if (absl::StripAsciiWhitespace(condition).empty()) {
      Tell(flow, expression->text, kAPersonDecides);
      condition.clear();
      unknown_ = &flow;
    } else if (!expr::Compile(condition, reading_.schema(), &problems)) {
      reading_.Drop(flow, absl::StrCat("its condition cannot be read: ",
                                       expr::Describe(condition, problems[0])));
      condition.clear();
      unknown_ = &flow;
    }
    return condition;
  }

  // Why a condition of this flow, in whatever language, decides nothing.
  std::string WhyWithoutEffect(const Element& flow) const {
    if (flows_.size() == 1) return absl::StrCat("it is the only way on from ", Describe(source_));
    if (IsDefault(flow)) return "as the default it is taken where no other condition holds";
    if (logic_ == Logic::kParallel)
      return absl::StrCat("all flows out of ", Describe(source_), " are taken");
    return "";
  }

  // The default flow among those that are taken together is taken where none of the others is.
  // Flows without a condition are taken always, but those of a gateway as a person decides.
  void ReadDefault() {
    const bool gateway = source_.name.find("Gateway") != std::string::npos;
    AnyOf others;
    std::optional<size_t> otherwise;
    const Element* undecided = nullptr;
    for (size_t i = 0; i < flows_.size(); ++i) {
      if (IsDefault(*flows_[i])) {
        otherwise = i;
      } else if (!conditions_[i].empty()) {
        others.Add(conditions_[i]);
      } else if (gateway) {
        undecided = flows_[i];
      }
    }
    if (!otherwise || others.empty()) return;
    const Element& flow = *flows_[*otherwise];
    if (undecided != nullptr)
      return TellDefault(flow, absl::StrCat(Describe(*undecided), " has none"));
    std::string condition = Not(others.text());
    std::vector<expr::Problem> problems;
    if (!expr::Parse(condition, &problems))
      return TellDefault(flow, "together they are longer or deeper than one condition may be");
    conditions_[*otherwise] = std::move(condition);
  }

  // Nobody can tell when "none of the others" is, if one of them is in another language.
  void TellDefaultBesideUnknown() {
    for (const Element* flow : flows_) {
      if (!IsDefault(*flow)) continue;
      TellDefault(*flow, absl::StrCat("that of ", Describe(*unknown_), " is not kept"));
    }
  }

  void TellDefault(const Element& flow, absl::string_view why) {
    reading_.Ignore(flow, absl::StrCat("that it is taken where none of the other conditions holds "
                                       "is not kept: ",
                                       why, ", so that ", kAPersonDecides));
  }

  const Element& source_;
  const Logic logic_;
  const std::vector<const Element*>& flows_;
  Reading& reading_;
  std::vector<std::string> conditions_;
  const Element* unknown_ = nullptr;  // a flow with a condition that is not in our language
};

}  // namespace

std::vector<std::string> ReadConditions(const Element& source, Logic logic,
                                        const std::vector<const Element*>& flows,
                                        Reading* reading) {
  return FlowReader(source, logic, flows, reading).Read();
}

std::optional<std::string> WhetherWanted(const std::vector<Way>& ways) {
  bool any = false, wanted_else = false, other_else = false;
  for (const Way& way : ways) {
    any = any || !way.condition.empty();
    if (way.condition.empty()) (way.wanted ? wanted_else : other_else) = true;
  }
  if (!any) return "";
  if (wanted_else && other_else) return std::nullopt;
  // Said of the side of which all ways have conditions; of the other it is the contrary.
  const bool side = !wanted_else;
  AnyOf terms, before;
  for (const Way& way : ways) {
    if (way.wanted != side) {
      if (!way.condition.empty()) before.Add(way.condition);
    } else if (before.empty()) {
      terms.Add(way.condition);
    } else {
      terms.Add(absl::StrCat("(", way.condition, ") AND ", Not(before.text())));
    }
    // Every term holds what is before it: to go on would cost the square of the ways.
    if (terms.TooLong()) return std::nullopt;
  }
  if (terms.empty()) return "";
  std::string condition = side ? terms.text() : Not(terms.text());
  std::vector<expr::Problem> problems;
  if (!expr::Parse(condition, &problems)) return std::nullopt;
  return condition;
}

void ForgetCondition(absl::string_view why, Edge* edge, Reading* reading) {
  if (edge->condition.empty()) return;
  reading->Ignore(*edge->conditional, absl::StrCat("its condition '", ShortenText(edge->condition),
                                                   "' is not kept: ", why));
  edge->condition.clear();
}

void ForgetConditions(int split, Graph* graph, Reading* reading) {
  for (const int edge : graph->vertices[split].out)
    ForgetCondition(kAPersonDecides, &graph->edges[edge], reading);
}

LoopConditions ConditionsOfLoop(int split, int join, Graph* graph, Reading* reading) {
  std::vector<Way> leaving, again;
  std::vector<Edge*> out, back;
  for (const int index : graph->vertices[split].out) {
    Edge& edge = graph->edges[index];
    const bool repeats = edge.to == join;
    leaving.push_back({edge.condition, !repeats});
    again.push_back({edge.condition, repeats});
    (repeats ? back : out).push_back(&edge);
  }
  std::optional<std::string> leave = WhetherWanted(leaving), repeat = WhetherWanted(again);
  if (!leave || !repeat) {
    ForgetConditions(split, graph, reading);
    return {};
  }
  if (out.size() == 1) out[0]->condition.clear();
  if (back.size() == 1) back[0]->condition.clear();
  return {*std::move(leave), *std::move(repeat)};
}

std::string ConditionOfSome(int split, int join, Graph* graph, Reading* reading) {
  std::vector<Way> ways;
  bool begun = false, any = false;
  for (const int index : graph->vertices[split].out) {
    const Edge& edge = graph->edges[index];
    const bool wanted = edge.to == join;
    begun = begun || wanted;
    any = any || (wanted && !edge.condition.empty());
    // What is tried before does not hold if it comes to this.
    if (begun || edge.condition.empty()) ways.push_back({edge.condition, wanted});
  }
  // Without any it is taken where no other condition holds, as each of them is.
  if (!any) return "";
  std::optional<std::string> condition = WhetherWanted(ways);
  if (condition) return *std::move(condition);
  ForgetConditions(split, graph, reading);
  return "";
}

}  // namespace plumbline::flow::bpmn
