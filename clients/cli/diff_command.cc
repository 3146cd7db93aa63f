// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/diff_view.h"
#include "clients/cli/documents.h"
#include "clients/cli/help.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

constexpr char kLatest[] = "@latest";

struct DiffOptions {
  std::string before, after;
  BpmnOptions bpmn;
};

// Ids and tags have no ".": what has one is a file, of whatever kind.
bool IsFile(const std::string& text) { return text == "-" || absl::StrContains(text, '.'); }

// What publishing the draft is compared with: the revision of the greatest number, whatever its
// period.
absl::StatusOr<std::string> LastPublished(Session& session, const std::string& process) {
  catalog::v1::GetProcessRequest request;
  request.set_name(session.FullName("processes", process));
  request.set_min_freshness("now");
  catalog::v1::GetProcessResponse response;
  RETURN_IF_ERROR(session.Call(kCatalog, "GetProcess", request, &response));
  const int64_t latest = response.process().latest_revision();
  // Of what was never published the service says so.
  return absl::StrCat(process, latest == 0 ? kLatest : absl::StrCat("@", latest));
}

absl::StatusOr<catalog::v1::DiffRevisionsRequest> ToRequest(Session& session,
                                                            const DiffOptions& options) {
  catalog::v1::DiffRevisionsRequest request;
  std::string before = options.before, after = options.after;
  if (IsFile(before)) {
    if (!after.empty()) {
      return base::FieldError("BEFORE", absl::StrCat("'", before,
                                                     "' is a file; a file can only come last: "
                                                     "plumbline diff PROCESS[@REVISION] FILE"));
    }
    after = before;
    ASSIGN_OR_RETURN(*request.mutable_content(), ReadProcessFile(session, after, options.bpmn));
    request.set_name(request.content().name());
    return request;
  }
  // One name: what publishing its draft would change, or what changed since a revision.
  if (after.empty() && !absl::StrContains(before, '@')) {
    ASSIGN_OR_RETURN(before, LastPublished(session, before));
  }
  // The file first: the name is meant in the workspace that it names.
  if (IsFile(after)) {
    ASSIGN_OR_RETURN(*request.mutable_content(), ReadProcessFile(session, after, options.bpmn));
  }
  request.set_name(session.FullName("processes", before));
  if (!after.empty() && !IsFile(after))
    request.set_other_name(session.FullName("processes", after));
  return request;
}

// Colours are for people at a terminal who have not asked for none (no-color.org).
bool WantsColour() {
  const char* no_colour = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

absl::Status Diff(Session& session, const DiffOptions& options) {
  ASSIGN_OR_RETURN(const catalog::v1::DiffRevisionsRequest request, ToRequest(session, options));
  catalog::v1::DiffRevisionsResponse response;
  RETURN_IF_ERROR(session.Call(kCatalog, "DiffRevisions", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  const int count = response.differences_size();
  const std::string& file = options.after.empty() ? options.before : options.after;
  session.out() << session.ShortName(response.name()) << " -> "
                << (response.other_name().empty() ? file : session.ShortName(response.other_name()))
                << ": " << VerdictWords(response.verdict());
  if (count > 0) session.out() << ", " << count << (count == 1 ? " change" : " changes");
  session.out() << '\n';
  PrintDifferences(response, WantsColour(), session.out());
  return absl::OkStatus();
}

}  // namespace

void AddDiffCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<DiffOptions>();
  args::Command* diff = app.add_subcommand(
      "diff",
      "Show what changed between two versions of a process, and what it means for running ones");
  diff->group("Draw");
  diff->add_option("BEFORE", options->before,
                   "PROCESS[@REVISION]; a process without one is its draft, but the revision that "
                   "was published last, whenever it is effective, where AFTER is left out. A file "
                   "alone is compared with the draft in the catalog")
      ->required();
  diff->add_option("AFTER", options->after,
                   "PROCESS[@REVISION] or a YAML or BPMN file (default: the draft of BEFORE)");
  Takes(diff->add_option("--process-element", options->bpmn.element,
                         "Which process of a BPMN file that holds several, by its id in the file"),
        "ID");
  AddExamples(*diff, {{"plumbline diff renewal", "what publishing the draft would change"},
                      {"plumbline diff renewal@1 renewal@latest", "what changed since"},
                      {"plumbline diff renewal@latest renewal.bpmn", "what a file would change"}});
  diff->callback([=] { *action = [=](Session& s) { return Diff(s, *options); }; });
}

}  // namespace plumbline::cli
