// SPDX-License-Identifier: Apache-2.0
#include "common/expr/check.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/expr/literal.h"
#include "common/expr/parse.h"
#include "common/expr/resolve.h"

namespace plumbline::expr {
namespace {

// Who has so many to mend can ask again.
constexpr size_t kMostProblems = 20;

bool IsOrdering(Comparator comparator) {
  return comparator == Comparator::kLess || comparator == Comparator::kLessEqual ||
         comparator == Comparator::kGreater || comparator == Comparator::kGreaterEqual;
}

Test::Op OpOf(Comparator comparator) {
  switch (comparator) {
    case Comparator::kLess:
      return Test::Op::kLess;
    case Comparator::kLessEqual:
      return Test::Op::kLessEqual;
    case Comparator::kGreater:
      return Test::Op::kGreater;
    case Comparator::kGreaterEqual:
      return Test::Op::kGreaterEqual;
    default:
      return Test::Op::kEqual;
  }
}

// "and", "&&", ... : what people write for AND, OR and NOT.
absl::string_view MeantOperator(const Node& word) {
  if (word.segments.size() != 1 || word.segments[0].quoted) return "";
  const std::string text = absl::AsciiStrToUpper(word.segments[0].text);
  if (text == "AND" || text == "&&" || text == "&") return "AND";
  if (text == "OR" || text == "||" || text == "|") return "OR";
  if (text == "NOT") return "NOT";
  return "";
}

bool IsNull(const Node& word) {
  return word.segments.size() == 1 && !word.segments[0].quoted && word.segments[0].text == "null";
}

Condition Negation(Condition condition) {
  Condition negation{.kind = Condition::Kind::kNot};
  negation.children.push_back(std::move(condition));
  return negation;
}

class Checker {
 public:
  Checker(const Schema& schema, std::vector<Problem>* problems)
      : schema_(schema), problems_(*problems), first_(problems->size()) {}

  // What it returns means something only when no problem was found.
  Condition Expression(const Node& node) {
    switch (node.kind) {
      case Node::Kind::kAnd:
      case Node::Kind::kOr:
      case Node::Kind::kNot:
        return Combine(node, [this](const Node& child) { return Expression(child); });
      case Node::Kind::kCompare:
        return Compare(node);
      case Node::Kind::kWord:
        return Bare(node);
      case Node::Kind::kCall:
        return Call(node);
    }
    return {};
  }

  bool ok() const { return problems_.size() == first_; }

 private:
  Condition Fail(const Node& node, std::string message) {
    if (problems_.size() - first_ < kMostProblems)
      problems_.push_back({node.offset, std::move(message)});
    return {};
  }

  // AND, OR or NOT of what `each` makes of the children.
  template <typename Each>
  static Condition Combine(const Node& node, const Each& each) {
    Condition result;
    result.kind = node.kind == Node::Kind::kAnd  ? Condition::Kind::kAnd
                  : node.kind == Node::Kind::kOr ? Condition::Kind::kOr
                                                 : Condition::Kind::kNot;
    for (const Node& child : node.children) result.children.push_back(each(child));
    return result;
  }

  static Test TestOf(const Target& target, Test::Op op) {
    return {.field = target.index,
            .type = target.field->type,
            .shape = target.field->shape,
            .key = target.key,
            .op = op};
  }
  static Condition Tested(Test test) {
    return {.kind = Condition::Kind::kTest, .test = std::move(test)};
  }
  static Condition Present(const Target& target) {
    return Tested(TestOf(target, Test::Op::kPresent));
  }

  std::optional<Target> Find(const Node& word) {
    std::optional<Target> target = Resolve(word, schema_);
    if (!target.has_value()) Fail(word, UnknownField(word, schema_));
    return target;
  }

  Condition Compare(const Node& node) {
    const Node& left = node.children[0];
    if (left.kind == Node::Kind::kCall)
      return Fail(left, absl::StrCat(Shown(left.Text()),
                                     "(...) is true or false and cannot be compared; "
                                     "write it alone, or after NOT"));
    const std::optional<Target> target = Find(left);
    if (!target.has_value()) return {};
    if (node.comparator == Comparator::kNotEqual)
      return Negation(Argument(*target, Comparator::kEqual, node.children[1]));
    return Argument(*target, node.comparator, node.children[1]);
  }

  // The comparator applied to a value, or to each value of a group.
  Condition Argument(const Target& target, Comparator comparator, const Node& argument) {
    switch (argument.kind) {
      case Node::Kind::kWord:
        return Leaf(target, comparator, argument);
      case Node::Kind::kCall:
        return Fail(argument,
                    "a function cannot stand on the right of a comparison; write a value");
      case Node::Kind::kCompare:
        return Fail(argument, absl::StrCat("a comparison within the values of ", target.path,
                                           "; close the parenthesis before it"));
      default:
        break;
    }
    if (IsOrdering(comparator))
      return Fail(argument,
                  absl::StrCat(TextOf(comparator), " takes one value; groups go with =, != and :"));
    return Combine(argument,
                   [&](const Node& child) { return Argument(target, comparator, child); });
  }

  Condition Leaf(const Target& target, Comparator comparator, const Node& word) {
    if (target.field->shape == Shape::kMap && !target.key.has_value()) {
      if (comparator != Comparator::kHas)
        return Fail(word, absl::StrCat(target.path, " holds values under keys; write ", target.path,
                                       ".KEY = VALUE, or ", target.path, ":KEY"));
      Target keyed = target;
      if (!word.IsStar()) keyed.key = word.Text();
      return Present(keyed);
    }
    if (target.field->shape == Shape::kList && comparator != Comparator::kHas)
      return Fail(word, absl::StrCat(target.path, " is a list; write ", target.path, ":VALUE"));
    if (comparator == Comparator::kHas && word.IsStar()) return Present(target);
    if (comparator == Comparator::kEqual && IsNull(word)) return Negation(Present(target));
    if (IsOrdering(comparator)) return Ordering(target, comparator, word);
    if (target.field->type == Type::kString) return Text(target, comparator, word);
    return Typed(target, Test::Op::kEqual, word);
  }

  Condition Ordering(const Target& target, Comparator comparator, const Node& word) {
    const Type type = target.field->type;
    if (type == Type::kBool || type == Type::kEnum || type == Type::kPerson) {
      return Fail(
          word, absl::StrCat(target.path, " is ", NameOf(type), " and has no order; use = or !="));
    }
    return Typed(target, OpOf(comparator), word);
  }

  // = and : on text.
  Condition Text(const Target& target, Comparator comparator, const Node& word) {
    std::vector<std::string> pieces = word.Pieces();
    if (comparator == Comparator::kHas && target.field->shape == Shape::kOne)
      return Contains(target, std::move(pieces));
    if (pieces.size() > 1) {
      Test test = TestOf(target, Test::Op::kMatches);
      test.pieces = std::move(pieces);
      return Tested(std::move(test));
    }
    // Unset text and empty text are one.
    if (pieces[0].empty() && target.field->shape == Shape::kOne) return Negation(Present(target));
    return Typed(target, Test::Op::kEqual, word);
  }

  static Condition Contains(const Target& target, std::vector<std::string> pieces) {
    Test test = TestOf(target, Test::Op::kContains);
    for (std::string& piece : pieces) absl::AsciiStrToLower(&piece);
    test.pieces = std::move(pieces);
    return Tested(std::move(test));
  }

  Condition Typed(const Target& target, Test::Op op, const Node& word) {
    absl::StatusOr<Value> value = ParseValue(*target.field, word.Text());
    if (!value.ok())
      return Fail(word, absl::StrCat(target.path, " is ", NameOf(target.field->type), ", and ",
                                     value.status().message()));
    Test test = TestOf(target, op);
    test.value = *std::move(value);
    return Tested(std::move(test));
  }

  // A word without a comparison.
  Condition Bare(const Node& word) {
    if (const absl::string_view meant = MeantOperator(word); !meant.empty())
      return Fail(word, absl::StrCat("write ", meant,
                                     " in capitals to combine; to look for the word, "
                                     "put it in quotes"));
    const bool quoted = word.segments[0].quoted;
    if (const std::optional<Target> target = quoted ? std::nullopt : Resolve(word, schema_)) {
      if (target->field->type == Type::kBool && target->field->shape == Shape::kOne) {
        Test test = TestOf(*target, Test::Op::kEqual);
        test.value.number = 1;
        return Tested(std::move(test));
      }
      return Fail(word, absl::StrCat(target->path, " is a field and needs a comparison, such as ",
                                     target->path, ":*; to look for the word, put it in quotes"));
    }
    Condition anywhere{.kind = Condition::Kind::kOr};
    for (int i = 0; i < schema_.size(); ++i) {
      const Field& field = schema_.field(i);
      if (field.searched)
        anywhere.children.push_back(Contains({i, &field, std::nullopt, field.name}, word.Pieces()));
    }
    if (anywhere.children.empty())
      return Fail(
          word, absl::StrCat(UnknownField(word, schema_), "; a condition compares: FIELD = VALUE"));
    return anywhere;
  }

  Condition Call(const Node& call) {
    if (call.Text() != "has")
      return Fail(
          call, absl::StrCat("there is no function ", Shown(call.Text()), "; there is has(FIELD)"));
    if (call.children.size() != 1 || call.children[0].kind != Node::Kind::kWord)
      return Fail(call, "has() takes one field: has(FIELD)");
    const std::optional<Target> target = Find(call.children[0]);
    return target.has_value() ? Present(*target) : Condition();
  }

  const Schema& schema_;
  std::vector<Problem>& problems_;
  const size_t first_;
};

void AddFields(const Condition& condition, std::vector<int>* fields) {
  if (condition.kind == Condition::Kind::kTest) fields->push_back(condition.test.field);
  for (const Condition& child : condition.children) AddFields(child, fields);
}

}  // namespace

std::optional<Condition> Check(const Node& tree, const Schema& schema,
                               std::vector<Problem>* problems) {
  Checker checker(schema, problems);
  Condition condition = checker.Expression(tree);
  if (!checker.ok()) return std::nullopt;
  return condition;
}

std::optional<Condition> Compile(absl::string_view text, const Schema& schema,
                                 std::vector<Problem>* problems) {
  const std::optional<Node> tree = Parse(text, problems);
  return tree.has_value() ? Check(*tree, schema, problems) : std::nullopt;
}

absl::StatusOr<Condition> CompileField(absl::string_view field, absl::string_view text,
                                       const Schema& schema) {
  std::vector<Problem> problems;
  std::optional<Condition> condition = Compile(text, schema, &problems);
  if (condition.has_value()) return *std::move(condition);
  return base::FieldErrors(ToViolations(field, text, problems));
}

std::vector<int> FieldsOf(const Condition& condition) {
  std::vector<int> fields;
  AddFields(condition, &fields);
  std::sort(fields.begin(), fields.end());
  fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
  return fields;
}

}  // namespace plumbline::expr
