// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/analytics/conformance/model.h"

namespace plumbline::analytics::conformance {
namespace {

constexpr std::pair<absl::string_view, Operator> kOperators[] = {
    {"->", Operator::kSequence},
    {"+", Operator::kParallel},
    {"X", Operator::kChoice},
    {"*", Operator::kLoop},
};

class Parser {
 public:
  explicit Parser(absl::string_view text) : text_(text), rest_(text) {}

  absl::StatusOr<ModelNode> Whole() {
    absl::StatusOr<ModelNode> root = Node(1);
    if (!root.ok()) return root;
    Skip();
    if (!rest_.empty()) return Wrong("the end");
    return root;
  }

 private:
  void Skip() { rest_ = absl::StripLeadingAsciiWhitespace(rest_); }
  absl::Status Wrong(absl::string_view expected) const {
    return absl::InvalidArgumentError(absl::StrCat(
        "the model cannot be read at byte ", text_.size() - rest_.size(), ": expected ", expected));
  }

  absl::StatusOr<ModelNode> Node(int depth) {
    Skip();
    if (depth > kMaxModelDepth) return Wrong("fewer levels");
    if (absl::ConsumePrefix(&rest_, "tau")) return Silent();
    if (absl::StartsWith(rest_, "'")) return Name();
    for (const auto& [sign, op] : kOperators) {
      if (absl::ConsumePrefix(&rest_, sign)) return Children(op, depth);
    }
    return Wrong("'name', tau, ->, +, X or *");
  }

  absl::StatusOr<ModelNode> Children(Operator op, int depth) {
    Skip();
    if (!absl::ConsumePrefix(&rest_, "(")) return Wrong("(");
    std::vector<ModelNode> children;
    do {
      absl::StatusOr<ModelNode> child = Node(depth + 1);
      if (!child.ok()) return child;
      children.push_back(*std::move(child));
      Skip();
    } while (absl::ConsumePrefix(&rest_, ","));
    if (!absl::ConsumePrefix(&rest_, ")")) return Wrong(", or )");
    return Inner(op, std::move(children));
  }

  // Names may hold quotes: "'Release Supplier's Invoice'".
  absl::StatusOr<ModelNode> Name() {
    for (size_t end = rest_.find('\'', 1); end != absl::string_view::npos;
         end = rest_.find('\'', end + 1)) {
      const absl::string_view after = absl::StripLeadingAsciiWhitespace(rest_.substr(end + 1));
      if (!after.empty() && after[0] != ',' && after[0] != ')') continue;
      const absl::string_view name = rest_.substr(1, end - 1);
      if (name.empty()) break;
      rest_.remove_prefix(end + 1);
      return Activity(name);
    }
    return Wrong("a name in quotes");
  }

  absl::string_view text_, rest_;
};

void Append(const ModelNode& node, std::string& text) {
  if (node.op == Operator::kSilent) return text.append("tau"), void();
  if (node.op == Operator::kActivity) return absl::StrAppend(&text, "'", node.activity, "'");
  for (const auto& [sign, op] : kOperators) {
    if (op == node.op) absl::StrAppend(&text, sign, "( ");
  }
  for (size_t i = 0; i < node.children.size(); ++i) {
    if (i > 0) text += ", ";
    Append(node.children[i], text);
  }
  text += " )";
}

}  // namespace

absl::StatusOr<ModelNode> ParseModel(absl::string_view text) {
  absl::StatusOr<ModelNode> root = Parser(text).Whole();
  if (root.ok()) {
    if (absl::Status status = CheckModel(*root); !status.ok()) return status;
  }
  return root;
}

std::string ModelText(const ModelNode& root) {
  std::string text;
  Append(root, text);
  return text;
}

}  // namespace plumbline::analytics::conformance
