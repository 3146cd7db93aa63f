// SPDX-License-Identifier: Apache-2.0
#include "common/expr/parse.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/expr/lexer.h"

namespace plumbline::expr {
namespace {

using Kind = Token::Kind;

std::string NameOf(const Token& token) {
  switch (token.kind) {
    case Kind::kWord:
      return Shown(token.text);
    case Kind::kString:
      return "a quoted text";
    case Kind::kDot:
      return "'.'";
    case Kind::kComma:
      return "','";
    case Kind::kOpen:
    case Kind::kOpenCall:
      return "'('";
    case Kind::kClose:
      return "')'";
    case Kind::kComparator:
      return absl::StrCat("'", TextOf(token.comparator), "'");
    case Kind::kMinus:
      return "'-'";
    case Kind::kAnd:
      return "AND";
    case Kind::kOr:
      return "OR";
    case Kind::kNot:
      return "NOT";
    case Kind::kEnd:
      return "the end";
  }
  return "";
}

// By recursive descent, a function for each rule of the grammar. Each returns false at the first
// fault, which it has put into problem_.
class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  bool Run(Node* tree) {
    if (Peek().kind == Kind::kEnd) return true;
    if (!Expression(tree)) return false;
    if (Peek().kind == Kind::kClose) return Fail(Peek(), "a ')' without its '('; remove it");
    if (Peek().kind == Kind::kComparator)
      return Unexpected("AND, OR, or the end", "; put a value that holds it in quotes");
    return Peek().kind == Kind::kEnd || Unexpected("AND, OR, or the end");
  }
  const Problem& problem() const { return problem_; }

 private:
  const Token& Peek() const { return tokens_[at_]; }
  Token Take() { return tokens_[at_++]; }

  bool Fail(const Token& token, std::string message) {
    problem_ = {token.offset, std::move(message)};
    return false;
  }
  bool Unexpected(absl::string_view expected, absl::string_view remedy = "") {
    return Fail(Peek(), absl::StrCat("found ", NameOf(Peek()), " where ", expected, " was expected",
                                     remedy));
  }

  // A new node, which stands at the next token.
  bool Begin(Node::Kind kind, Node* node) {
    *node = Node{.kind = kind, .offset = Peek().offset};
    if (++nodes_ <= kMaxNodes) return true;
    return Fail(Peek(), absl::StrCat("more than ", kMaxNodes,
                                     " parts; split the expression or say it with fewer"));
  }
  // The "(" of a group or call is taken; Leave takes its ")".
  bool Enter() {
    const Token open = Take();
    if (++depth_ <= kMaxDepth) return true;
    return Fail(open, absl::StrCat("more than ", kMaxDepth,
                                   " parentheses within each other; take some away"));
  }
  bool Leave() {
    --depth_;
    if (Peek().kind != Kind::kClose) return Unexpected("')'");
    Take();
    return true;
  }

  static bool BeginsFactor(Kind kind) {
    return kind == Kind::kWord || kind == Kind::kString || kind == Kind::kOpen ||
           kind == Kind::kNot || kind == Kind::kMinus;
  }

  // expression = sequence { AND sequence };  sequence = factor { factor }
  bool Expression(Node* node) {
    if (!Begin(Node::Kind::kAnd, node)) return false;
    while (true) {
      if (!Factor(&node->children.emplace_back())) return false;
      if (Peek().kind == Kind::kAnd) {
        Take();
        continue;
      }
      if (!BeginsFactor(Peek().kind)) break;
      if (!Peek().spaced)
        return Fail(Peek(), absl::StrCat("no space before ", NameOf(Peek()),
                                         "; put a space or AND there, or quote the whole value"));
    }
    Unwrap(node);
    return true;
  }

  // factor = term { OR term }
  bool Factor(Node* node) {
    if (!Begin(Node::Kind::kOr, node)) return false;
    while (true) {
      if (!Term(&node->children.emplace_back())) return false;
      if (Peek().kind != Kind::kOr) break;
      Take();
    }
    Unwrap(node);
    return true;
  }

  // AND and OR of one thing are that thing.
  void Unwrap(Node* node) {
    if (node->children.size() > 1) return;
    Node only = std::move(node->children[0]);
    *node = std::move(only);
    --nodes_;
  }

  // term = [ NOT | "-" ] simple
  bool Term(Node* node) {
    if (Peek().kind != Kind::kNot && Peek().kind != Kind::kMinus) return Simple(node);
    if (!Begin(Node::Kind::kNot, node)) return false;
    Take();
    return Simple(&node->children.emplace_back());
  }

  // simple = restriction | "(" expression ")"
  bool Simple(Node* node) {
    switch (Peek().kind) {
      case Kind::kOpen:
        return Enter() && Expression(node) && Leave();
      case Kind::kWord:
      case Kind::kString:
        return Restriction(node);
      case Kind::kNot:
      case Kind::kMinus:
        return Fail(Peek(), "a second negation; put what it negates in parentheses");
      default:
        return Unexpected("a field, a word or '('");
    }
  }

  // restriction = comparable [ comparator argument ]
  bool Restriction(Node* node) {
    Node left;
    if (!Comparable(&left)) return false;
    if (Peek().kind != Kind::kComparator) {
      *node = std::move(left);
      return true;
    }
    if (!Begin(Node::Kind::kCompare, node)) return false;
    node->offset = left.offset;
    node->comparator = Take().comparator;
    node->children.push_back(std::move(left));
    return Argument(&node->children.emplace_back());
  }

  // argument = path | call | "(" expression ")"
  bool Argument(Node* node) {
    if (Peek().kind == Kind::kOpen) return Enter() && Expression(node) && Leave();
    if (Peek().kind == Kind::kWord || Peek().kind == Kind::kString) return Comparable(node);
    return Unexpected("a value");
  }

  // comparable = path | path "(" [ argument { "," argument } ] ")"
  bool Comparable(Node* node) {
    if (!Begin(Node::Kind::kWord, node) || !Path(node)) return false;
    if (Peek().kind != Kind::kOpenCall) return true;
    node->kind = Node::Kind::kCall;
    if (!Enter()) return false;
    while (Peek().kind != Kind::kClose) {
      if (!Argument(&node->children.emplace_back())) return false;
      if (Peek().kind != Kind::kComma) break;
      Take();
      if (Peek().kind == Kind::kClose) return Unexpected("a value");
    }
    return Leave();
  }

  // path = segment { "." segment }
  bool Path(Node* node) {
    while (true) {
      Token part = Take();
      node->segments.push_back({std::move(part.text), part.kind == Kind::kString});
      if (Peek().kind != Kind::kDot) return true;
      const bool spaced = Peek().spaced || tokens_[at_ + 1].spaced;
      if (spaced) return Fail(Peek(), "a space beside '.'; remove it, or quote the value");
      Take();
      if (Peek().kind != Kind::kWord && Peek().kind != Kind::kString)
        return Unexpected("a name or a value after '.'");
    }
  }

  std::vector<Token> tokens_;
  size_t at_ = 0;
  int depth_ = 0;
  int nodes_ = 0;
  Problem problem_;
};

}  // namespace

std::optional<Node> Parse(absl::string_view text, std::vector<Problem>* problems) {
  if (text.size() > kMaxLength) {
    problems->push_back({0, absl::StrCat("the expression has ", text.size(), " bytes; at most ",
                                         kMaxLength, " are possible: shorten it")});
    return std::nullopt;
  }
  auto tokens = Tokenize(text, problems);
  if (!tokens.has_value()) return std::nullopt;
  Parser parser(*std::move(tokens));
  Node tree;
  if (parser.Run(&tree)) return tree;
  problems->push_back(parser.problem());
  return std::nullopt;
}

}  // namespace plumbline::expr
