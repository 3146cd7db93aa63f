// SPDX-License-Identifier: Apache-2.0
#include "common/expr/tree.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace plumbline::expr {
namespace {

using Kind = Node::Kind;

void PrintNode(const Node& node, std::string* out);

void PrintSegments(const std::vector<Segment>& segments, std::string* out) {
  for (size_t i = 0; i < segments.size(); ++i) {
    if (i > 0) out->push_back('.');
    if (!segments[i].quoted) {
      out->append(segments[i].text);
      continue;
    }
    out->push_back('"');
    for (const char c : segments[i].text) {
      // Backslashes and escaped stars are in the text as they are written.
      if (c == '"') out->push_back('\\');
      if (c == '\n') {
        out->append("\\n");
      } else {
        out->push_back(c);
      }
    }
    out->push_back('"');
  }
}

bool IsGroup(const Node& node) { return node.kind == Kind::kAnd || node.kind == Kind::kOr; }

// What stands under AND, OR and NOT: a group within it needs parentheses, except OR under AND,
// which binds tighter.
void PrintUnder(Kind parent, const Node& node, std::string* out) {
  const bool bare = !IsGroup(node) || (parent == Kind::kAnd && node.kind == Kind::kOr);
  const bool parentheses = !bare || (parent == Kind::kNot && node.kind == Kind::kNot);
  if (parentheses) out->push_back('(');
  PrintNode(node, out);
  if (parentheses) out->push_back(')');
}

void PrintArgument(const Node& node, std::string* out) {
  const bool parentheses = IsGroup(node) || node.kind == Kind::kNot || node.kind == Kind::kCompare;
  if (parentheses) out->push_back('(');
  PrintNode(node, out);
  if (parentheses) out->push_back(')');
}

void PrintNode(const Node& node, std::string* out) {
  switch (node.kind) {
    case Kind::kAnd:
    case Kind::kOr:
      for (size_t i = 0; i < node.children.size(); ++i) {
        if (i > 0) out->append(node.kind == Kind::kAnd ? " AND " : " OR ");
        PrintUnder(node.kind, node.children[i], out);
      }
      return;
    case Kind::kNot:
      out->append("NOT ");
      PrintUnder(Kind::kNot, node.children[0], out);
      return;
    case Kind::kCompare: {
      PrintNode(node.children[0], out);
      const bool has = node.comparator == Comparator::kHas;
      absl::StrAppend(out, has ? "" : " ", TextOf(node.comparator), has ? "" : " ");
      PrintArgument(node.children[1], out);
      return;
    }
    case Kind::kWord:
      PrintSegments(node.segments, out);
      return;
    case Kind::kCall:
      PrintSegments(node.segments, out);
      out->push_back('(');
      for (size_t i = 0; i < node.children.size(); ++i) {
        if (i > 0) out->append(", ");
        PrintArgument(node.children[i], out);
      }
      out->push_back(')');
      return;
  }
}

}  // namespace

absl::string_view TextOf(Comparator comparator) {
  switch (comparator) {
    case Comparator::kEqual:
      return "=";
    case Comparator::kNotEqual:
      return "!=";
    case Comparator::kLess:
      return "<";
    case Comparator::kLessEqual:
      return "<=";
    case Comparator::kGreater:
      return ">";
    case Comparator::kGreaterEqual:
      return ">=";
    case Comparator::kHas:
      return ":";
  }
  return "";
}

std::vector<std::string> Node::Pieces() const {
  std::vector<std::string> pieces(1);
  for (size_t i = 0; i < segments.size(); ++i) {
    if (i > 0) pieces.back().push_back('.');
    const std::string& text = segments[i].text;
    for (size_t at = 0; at < text.size(); ++at) {
      if (text[at] == '*') {
        pieces.emplace_back();
      } else {
        if (text[at] == '\\') ++at;
        pieces.back().push_back(text[at]);
      }
    }
  }
  return pieces;
}

std::string Node::Text() const { return absl::StrJoin(Pieces(), "*"); }

bool Node::IsStar() const {
  return segments.size() == 1 && !segments[0].quoted && segments[0].text == "*";
}

bool SameTree(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.segments != b.segments || a.children.size() != b.children.size())
    return false;
  if (a.kind == Kind::kCompare && a.comparator != b.comparator) return false;
  for (size_t i = 0; i < a.children.size(); ++i) {
    if (!SameTree(a.children[i], b.children[i])) return false;
  }
  return true;
}

std::string Print(const Node& tree) {
  std::string text;
  PrintNode(tree, &text);
  return text;
}

}  // namespace plumbline::expr
