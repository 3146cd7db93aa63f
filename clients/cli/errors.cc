// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/errors.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <ostream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "google/protobuf/util/json_util.h"
#include "google/rpc/error_details.pb.h"

namespace plumbline::cli {
namespace {

constexpr size_t kNarrowest = 20;

std::string ReasonName(const absl::Status& status) {
  const base::Reason reason = base::ReasonOf(status);
  if (reason == common::v1::ERROR_REASON_UNSPECIFIED)
    return absl::StatusCodeToString(status.code());
  return std::string(absl::StripPrefix(common::v1::ErrorReason_Name(reason), "ERROR_REASON_"));
}

// For people, of an error without a documented reason: what kind of thing went wrong. Codes of gRPC
// tell them nothing.
std::string ReasonWords(const absl::Status& status) {
  if (base::ReasonOf(status) != common::v1::ERROR_REASON_UNSPECIFIED) return ReasonName(status);
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return "what was given cannot be used";
    case absl::StatusCode::kNotFound:
      return "there is no such thing";
    case absl::StatusCode::kAlreadyExists:
      return "it is there already";
    case absl::StatusCode::kFailedPrecondition:
      return "it cannot be done as things are now";
    case absl::StatusCode::kAborted:
      return "it changed meanwhile; try again";
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return "not permitted";
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
      return "not possible just now; try again";
    case absl::StatusCode::kUnimplemented:
      return "not known there";
    case absl::StatusCode::kCancelled:
      return "broken off";
    default:
      return "a fault of the program or the service";
  }
}

template <typename Detail>
bool ReadDetail(const absl::Status& status, Detail* detail) {
  auto payload =
      status.GetPayload(absl::StrCat("type.googleapis.com/", Detail::descriptor()->full_name()));
  return payload && detail->ParseFromString(std::string(*payload));
}

// Every detail as JSON, so that scripts see what programs see.
std::string DetailsJson(const absl::Status& status) {
  std::string out;
  const auto add = [&](const char* key, auto detail) {
    std::string json;
    if (!ReadDetail(status, &detail)) return;
    if (!google::protobuf::util::MessageToJsonString(detail, &json).ok()) return;
    absl::StrAppend(&out, ",\"", key, "\":", json);
  };
  add("errorInfo", google::rpc::ErrorInfo());
  add("badRequest", google::rpc::BadRequest());
  add("preconditionFailure", google::rpc::PreconditionFailure());
  add("resourceInfo", google::rpc::ResourceInfo());
  add("retryInfo", google::rpc::RetryInfo());
  return out;
}

// Of one subject the message says it all; who uses something is worth a line each.
void PrintPreconditions(const absl::Status& status, const Wording& wording, const Paper& paper) {
  google::rpc::PreconditionFailure preconditions;
  if (!ReadDetail(status, &preconditions)) return;
  const std::string reason = ReasonName(status);
  for (const auto& v : preconditions.violations()) {
    if (v.type() == reason && !absl::EndsWith(reason, "_IN_USE")) continue;
    PrintLine(absl::StrCat("  ", Printable(wording.Sentence(v.subject())), ": ",
                           Printable(wording.Sentence(v.description()))),
              paper);
  }
}

}  // namespace

void PrintLine(const std::string& text, const Paper& paper) {
  constexpr size_t kHanging = 4;
  paper.out << (paper.width == 0 ? text : Wrap(text, paper.width, kHanging)) << '\n';
}

ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kExitOk;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kUnimplemented:
      return kExitInvalid;
    case absl::StatusCode::kNotFound:
      return kExitNotFound;
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kFailedPrecondition:
      return kExitConflict;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return kExitDenied;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
      return kExitUnavailable;
    default:
      return kExitFailure;
  }
}

std::string SubjectOf(const absl::Status& status) {
  google::rpc::PreconditionFailure preconditions;
  const bool named = ReadDetail(status, &preconditions) && preconditions.violations_size() > 0;
  return named ? preconditions.violations(0).subject() : "";
}

void PrintErrorJson(const absl::Status& status, std::ostream& err) {
  google::rpc::ErrorInfo message;  // borrows the JSON escaping of a string field
  message.set_reason(std::string(status.message()));
  std::string escaped;
  if (!google::protobuf::util::MessageToJsonString(message, &escaped).ok()) escaped.clear();
  if (escaped.size() < sizeof("{\"reason\":")) escaped = "{\"reason\":\"\"}";
  escaped = escaped.substr(sizeof("{\"reason\":") - 1);
  escaped.pop_back();
  err << "{\"error\":{\"code\":\"" << absl::StatusCodeToString(status.code()) << "\",\"reason\":\""
      << ReasonName(status) << "\",\"message\":" << escaped << DetailsJson(status) << "}}\n";
}

Paper ErrorPaper(std::ostream& err) {
  if (::isatty(STDERR_FILENO) != 1) return {err, 0};
  winsize size{};
  size_t columns = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
  // What does not know its width may be the terminal of standard output, of which COLUMNS tells.
  if (columns == 0) columns = TerminalWidth();
  return {err, columns == 0 ? kFoldedWidth : std::clamp(columns, kNarrowest, kFoldedWidth)};
}

void PrintWarning(absl::string_view text, std::ostream& err) {
  PrintLine(Printable(absl::StrCat("warning: ", text)), ErrorPaper(err));
}

void PrintError(const absl::Status& status, const Wording& wording, absl::string_view hint,
                const Paper& paper) {
  const auto fields = base::FieldViolationsOf(status);
  const std::string begin =
      absl::StrCat("error: ", wording.file().empty() ? "" : absl::StrCat(wording.file(), ": "));
  // The message quotes the first field, in the service's words: the fields say it all.
  if (fields.empty()) {
    absl::string_view message = status.message();
    if (!wording.file().empty()) absl::ConsumePrefix(&message, wording.file() + ": ");
    PrintLine(begin + Printable(wording.Sentence(message)), paper);
  }
  if (fields.size() == 1) PrintLine(begin + Printable(wording.Violation(fields[0])), paper);
  if (fields.size() > 1) {
    paper.out << begin << fields.size() << " things are wrong\n";
    for (const auto& field : fields)
      PrintLine(absl::StrCat("  ", Printable(wording.Violation(field))), paper);
  }
  PrintPreconditions(status, wording, paper);
  if (const std::string trace = base::MetadataOf(status, "trace_id"); !trace.empty()) {
    paper.out << "  trace " << trace << " (quote it to whoever runs the service)\n";
  }
  if (!hint.empty()) PrintLine(absl::StrCat("  ", hint), paper);
  paper.out << "  (" << ReasonWords(status) << ")\n";
}

}  // namespace plumbline::cli
