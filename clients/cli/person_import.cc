// SPDX-License-Identifier: Apache-2.0
//
// plumbline person import: records from a table.
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/encoding.h"
#include "clients/cli/help.h"
#include "clients/cli/person_group.h"
#include "clients/cli/terminal.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/people_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;
using Options = PersonOptions;
using Report = ob::ImportPeopleResponse;

// "Manager = manager, Salary left out"
std::string ColumnsText(const Report& report) {
  return absl::StrJoin(report.columns(), ", ", [](std::string* out, const Report::Column& column) {
    absl::StrAppend(out, column.heading(),
                    column.field().empty() ? " left out" : absl::StrCat(" = ", column.field()));
  });
}

void PrintRow(Session& session, const std::string& path, const Report::Row& row) {
  const auto line = [&](absl::string_view what, const Report::Problem& problem) {
    std::vector<std::string> parts = {row.person(), problem.field(), problem.description()};
    std::erase(parts, "");
    session.err() << Wrap(Printable(absl::StrCat(path, ":", row.line(), ": ", what,
                                                 absl::StrJoin(parts, ": "))),
                          kFoldedWidth, 2)
                  << '\n';
  };
  for (const Report::Problem& problem : row.problems()) line("refused: ", problem);
  for (const Report::Problem& problem : row.warnings()) line("warning: ", problem);
}

absl::StatusOr<ob::ImportPeopleRequest> RequestOf(Session& session, const Options& options) {
  ob::ImportPeopleRequest request;
  request.set_parent(session.parent());
  ASSIGN_OR_RETURN(*request.mutable_csv(), ReadFile(options.file));
  RETURN_IF_ERROR(CheckTable("FILE", request.csv()));
  for (const std::string& pair : options.columns) {
    const std::vector<std::string> parts = absl::StrSplit(pair, absl::MaxSplits('=', 1));
    if (parts.size() != 2 || parts[0].empty())
      return base::FieldError("--column", absl::StrCat("'", pair, "' is not HEADING=FIELD"));
    (*request.mutable_columns())[parts[0]] = parts[1];
  }
  request.set_reason(options.reason);
  request.set_validate_only(options.dry_run);
  request.set_request_id(options.request_id.empty() ? base::NewUuid() : options.request_id);
  return request;
}

absl::Status Import(Session& session, const Options& options) {
  const std::string path = options.file == "-" ? "standard input" : options.file;
  session.wording().InFile(path, "", "");
  session.wording().Call(
      {{"FILE", ""}, {"csv", ""}, {"columns", "--column"}, {"reason", "--reason"}});
  ASSIGN_OR_RETURN(const ob::ImportPeopleRequest request, RequestOf(session, options));
  Report report;
  RETURN_IF_ERROR(session.Call(kPeople, "ImportPeople", request, &report));
  if (session.json()) {
    session.PrintJson(report);
  } else {
    session.out() << Wrap(absl::StrCat("columns: ", Printable(ColumnsText(report))),
                          session.paper().width, 2)
                  << '\n'
                  << Count(report.created()) << " created, " << Count(report.updated())
                  << " changed, " << Count(report.unchanged()) << " unchanged, "
                  << Count(report.refused()) << " refused"
                  << (options.dry_run ? "; nothing written" : "") << '\n';
    session.out().flush();
    for (const Report::Row& row : report.rows()) PrintRow(session, path, row);
  }
  if (report.refused() == 0) return absl::OkStatus();
  // Scripts see it in the exit code; the other rows are written.
  return base::FieldError(
      "FILE",
      absl::StrCat(Number(report.refused(), "row was", "rows were"), " refused, see above; ",
                   options.dry_run ? "the others would be written"
                                   : "the others are written: correct these and import "
                                     "the file again"));
}

}  // namespace

void AddPersonImport(PersonGroup& group) {
  Options& o = group.options();
  args::Command* import = group.Add("import", "Create and change records by the rows of a CSV file",
                                    &Import, /*named=*/false);
  import->add_option("FILE", o.file, "A CSV file with headings; - is standard input")->required();
  Takes(import->add_option("--column", o.columns,
                           "What a column is for whose heading does not say it: Boss=manager, "
                           "Unit=labels.unit; nothing behind the '=' leaves it out (repeatable)"),
        "HEADING=FIELD")
      ->allow_extra_args(false);
  group.AddWriteOptions(*import);
  AddExamples(*import, {{"plumbline person import people.csv --dry-run",
                         "how the columns are taken, what would change, what would be refused"},
                        {"plumbline person import people.csv --column Boss=manager --reason "
                         "'export of 1 July'",
                         "fields that no column is for stay as they are"}});
}

}  // namespace plumbline::cli
