// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/service/convert.h"

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/rpc/page_token.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

using conformance::Method;
using conformance::ModelNode;
using conformance::MoveKind;
using conformance::OpenCases;
using conformance::Operator;

constexpr int kMaxDepth = 80, kMaxNodes = 2'000;
constexpr size_t kMaxName = 500;  // bytes
constexpr absl::Duration kDefaultBudget = absl::Seconds(10);
constexpr absl::Duration kLeastBudget = absl::Milliseconds(10), kMostBudget = absl::Seconds(120);
constexpr int kDefaultVariants = 10, kMaxVariants = 100;
constexpr int64_t kDifferences = 100, kMostDifferences = 10'000;

class ModelReader {
 public:
  absl::Status Read(const v1::ModelNode& from, const std::string& path, int depth,
                    ModelNode* node) {
    if (depth > kMaxDepth) {
      return base::FieldError(path, absl::StrCat("is deeper than ", kMaxDepth, " levels"));
    }
    if (++count_ > kMaxNodes) {
      return base::FieldError("model", absl::StrCat("has more than ", kMaxNodes, " nodes"));
    }
    RETURN_IF_ERROR(ReadKind(from, path, node));
    const size_t size = from.activity().size();
    const bool activity = node->op == Operator::kActivity;
    if (activity ? size < 1 || size > kMaxName : size > 0) {
      return base::FieldError(
          path + ".activity",
          activity ? absl::StrCat("has ", size, " bytes; an activity's name has 1 to ", kMaxName)
                   : "is given; only activities have a name");
    }
    node->activity = from.activity();
    node->children.resize(static_cast<size_t>(from.children_size()));
    for (int i = 0; i < from.children_size(); ++i) {
      RETURN_IF_ERROR(Read(from.children(i), absl::StrCat(path, ".children[", i, "]"), depth + 1,
                           &node->children[static_cast<size_t>(i)]));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status ReadKind(const v1::ModelNode& from, const std::string& path, ModelNode* node) {
    int least = 1;
    switch (from.kind()) {
      case v1::ModelNode::KIND_SILENT:
      case v1::ModelNode::KIND_ACTIVITY:
        node->op =
            from.kind() == v1::ModelNode::KIND_SILENT ? Operator::kSilent : Operator::kActivity;
        if (from.children_size() == 0) return absl::OkStatus();
        return base::FieldError(path + ".children",
                                "are given; activities and silent leaves have none");
      case v1::ModelNode::KIND_SEQUENCE:
        node->op = Operator::kSequence;
        break;
      case v1::ModelNode::KIND_CHOICE:
        node->op = Operator::kChoice;
        break;
      case v1::ModelNode::KIND_PARALLEL:
        node->op = Operator::kParallel;
        break;
      case v1::ModelNode::KIND_LOOP:
        node->op = Operator::kLoop;
        least = 2;
        break;
      default:
        return base::FieldError(path + ".kind", "is missing or unknown");
    }
    if (from.children_size() >= least) return absl::OkStatus();
    return base::FieldError(path + ".children",
                            absl::StrCat("has ", from.children_size(), " entries; at least ", least,
                                         least == 2 ? ": a body and a way back" : ""));
  }

  int count_ = 0;
};

template <class Request>
absl::StatusOr<absl::Duration> ReadBudget(const Request& request) {
  if (!request.has_time_budget()) return kDefaultBudget;
  const absl::Duration budget = absl::Seconds(request.time_budget().seconds()) +
                                absl::Nanoseconds(request.time_budget().nanos());
  if (budget >= kLeastBudget && budget <= kMostBudget) return budget;
  return base::FieldError(
      "time_budget", absl::StrCat("is ", absl::FormatDuration(budget), "; it must be 10ms to 2m"));
}

absl::StatusOr<OpenCases> ReadOpenCases(v1::OpenCases open_cases) {
  switch (open_cases) {
    case v1::OPEN_CASES_UNSPECIFIED:
    case v1::OPEN_CASES_BEGINNINGS:
      return OpenCases::kBeginnings;
    case v1::OPEN_CASES_LEFT_OUT:
      return OpenCases::kLeftOut;
    case v1::OPEN_CASES_COMPLETE:
      return OpenCases::kComplete;
    default:
      return base::FieldError("open_cases",
                              absl::StrCat("is ", int{open_cases},
                                           "; it must be 1 (BEGINNINGS), 2 (LEFT_OUT) or 3 "
                                           "(COMPLETE), or be left out"));
  }
}

// What all requests about a log and a model have in common.
template <class Request>
absl::Status ReadCheck(const Request& request, CheckCommand* command) {
  ASSIGN_OR_RETURN(command->key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command->selection, ToSelection("selection", request.selection()));
  if (!request.has_model()) return base::FieldError("model", "is missing");
  ASSIGN_OR_RETURN(command->model, ToModel(request.model()));
  ASSIGN_OR_RETURN(command->open_cases, ReadOpenCases(request.open_cases()));
  ASSIGN_OR_RETURN(command->budget, ReadBudget(request));
  return absl::OkStatus();
}

absl::Status ReadKind(v1::VariantConformance::Kind kind, conformance::WantedDeviations* wanted) {
  switch (kind) {
    case v1::VariantConformance::KIND_UNSPECIFIED:
      return absl::OkStatus();
    case v1::VariantConformance::KIND_EXTRA:
      wanted->kind = MoveKind::kLog;
      return absl::OkStatus();
    case v1::VariantConformance::KIND_SKIPPED:
      wanted->kind = MoveKind::kModel;
      return absl::OkStatus();
    default:
      return base::FieldError("kind", absl::StrCat("is ", int{kind},
                                                   "; it must be 2 (EXTRA) or 3 (SKIPPED), or be "
                                                   "left out"));
  }
}

// Everything that chooses or orders cases.
std::string ScopeOf(const v1::ListDeviatingCasesRequest& request, const Selection& selection) {
  v1::ListDeviatingCasesRequest all = request;
  all.clear_selection();
  all.clear_time_budget();
  all.clear_page_size();
  all.clear_page_token();
  return absl::StrCat(DigestOf(selection), " ", base::Sha256Hex(all.SerializeAsString()));
}

absl::Status ReadPage(const v1::ListDeviatingCasesRequest& request, DeviatingCommand* command) {
  ASSIGN_OR_RETURN(command->page_size, rpc::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(
      const std::string position,
      rpc::DecodePageToken("ListDeviatingCases", ScopeOf(request, command->check.selection),
                           request.page_token()));
  if (position.empty()) return absl::OkStatus();
  std::vector<std::string> parts = absl::StrSplit(position, absl::MaxSplits(' ', 2));
  DeviatingCommand::After after;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[1], &after.deviations)) {
    return base::Error(base::Reason::ERROR_REASON_PAGE_TOKEN_INVALID,
                       "page_token was not made by ListDeviatingCases; begin again without one")
        .Field("page_token", "not a token of this list");
  }
  command->state = std::move(parts[0]);
  after.case_id = std::move(parts[2]);
  command->after = std::move(after);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ModelNode> ToModel(const v1::ModelNode& model) {
  ModelNode node;
  RETURN_IF_ERROR(ModelReader().Read(model, "model", 1, &node));
  return node;
}

absl::StatusOr<CheckCommand> ToCommand(const v1::CheckConformanceRequest& request) {
  CheckCommand command;
  RETURN_IF_ERROR(ReadCheck(request, &command));
  if (!v1::ConformanceMethod_IsValid(request.method())) {
    return base::FieldError("method",
                            absl::StrCat("is ", int{request.method()}, ", which is unknown"));
  }
  if (request.method() == v1::CONFORMANCE_METHOD_REPLAY) command.method = Method::kReplay;
  command.ignore_unknown = request.ignore_unknown();
  if (command.ignore_unknown && command.method != Method::kReplay) {
    return base::FieldError("ignore_unknown",
                            "is of token replay; alignments count each such event as a deviation");
  }
  const int variants = request.max_variants();
  if (variants < 0 || variants > kMaxVariants) {
    return base::FieldError("max_variants",
                            absl::StrCat("is ", variants, "; it must be 0 to ", kMaxVariants));
  }
  command.max_variants = static_cast<size_t>(variants == 0 ? kDefaultVariants : variants);
  return command;
}

absl::StatusOr<DeviatingCommand> ToCommand(const v1::ListDeviatingCasesRequest& request) {
  DeviatingCommand command;
  RETURN_IF_ERROR(ReadCheck(request, &command.check));
  command.activity = request.activity();
  RETURN_IF_ERROR(ReadKind(request.kind(), &command.wanted));
  RETURN_IF_ERROR(ReadPage(request, &command));
  return command;
}

std::string NextPageToken(const v1::ListDeviatingCasesRequest& request,
                          const DeviatingCommand& command, absl::string_view state,
                          const DeviatingCommand::After& last) {
  return rpc::EncodePageToken("ListDeviatingCases", ScopeOf(request, command.check.selection),
                              absl::StrCat(state, " ", last.deviations, " ", last.case_id));
}

absl::StatusOr<FootprintsCommand> ToCommand(const v1::CompareFootprintsRequest& request) {
  FootprintsCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  ASSIGN_OR_RETURN(const int64_t most, NumberOr("max_differences", request.max_differences(),
                                                kDifferences, 1, kMostDifferences));
  command.max_differences = static_cast<size_t>(most);
  if (request.has_model()) {
    ASSIGN_OR_RETURN(command.model, ToModel(request.model()));
    return command;
  }
  if (request.has_other_selection()) {
    ASSIGN_OR_RETURN(command.other, ToSelection("other_selection", request.other_selection()));
    return command;
  }
  return base::FieldError("other",
                          "is missing: give a model, or another part of the log "
                          "(`other_selection`)");
}

}  // namespace plumbline::analytics
