// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/import.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/validate.h"
#include "services/onboarding/people/csv.h"
#include "services/onboarding/people/import_cells.h"
#include "services/onboarding/people/import_columns.h"
#include "services/onboarding/people/reporting.h"
#include "services/onboarding/people/rules.h"

namespace plumbline::onboarding {
namespace {

using Report = v1::ImportPeopleResponse;

constexpr size_t kMaxBytes = 1 << 20;
constexpr size_t kMaxRows = 5000;
constexpr size_t kMaxColumns = 200;

// A row that is not refused yet.
struct Candidate {
  PersonKey key;
  std::optional<StoredPerson> present;
  v1::Person content;
};

// "has 1 cell, and there are 4 headings; ...".
std::string CountFault(size_t cells, size_t headings) {
  return absl::StrCat("has ", cells, cells == 1 ? " cell" : " cells", ", and there ",
                      headings == 1 ? "is 1 heading" : absl::StrCat("are ", headings, " headings"),
                      cells > headings ? "; put a cell that holds a separator into quotes"
                                       : "; write every cell, also those that are to be empty");
}

// The rows, as long as they are not refused, before what is kept.
class Import final : public Directory {
 public:
  Import(PeopleReads& reads, const ImportCommand& command, const Author& author)
      : command_(command), author_(author), reads_(reads), kept_(reads, command.key.workspace) {}

  absl::StatusOr<ImportPlan> Run() {
    for (size_t i = 0; i < command_.table.headings.size(); ++i) {
      Report::Column* column = report_.add_columns();
      column->set_heading(command_.table.headings[i]);
      column->set_field(command_.table.fields[i]);
    }
    for (const PeopleTable::Row& row : command_.table.rows) {
      report_.add_rows()->set_line(row.line);
      candidates_.emplace_back();
      RETURN_IF_ERROR(Judge(row));
    }
    RETURN_IF_ERROR(RefuseCircles());
    ImportPlan plan;
    RETURN_IF_ERROR(Finish(&plan.changes));
    plan.report = std::move(report_);
    return plan;
  }

  absl::StatusOr<std::optional<v1::Person>> Find(absl::string_view person) override {
    const auto row = row_of_.find(person);
    if (row != row_of_.end() && candidates_[row->second].has_value())
      return candidates_[row->second]->content;
    return kept_.Find(person);
  }
  absl::StatusOr<std::vector<std::string>> Members(absl::string_view group, int limit) override {
    return kept_.Members(group, limit);
  }

 private:
  static void AddProblem(absl::string_view field, const std::string& description,
                         google::protobuf::RepeatedPtrField<Report::Problem>* problems) {
    Report::Problem* problem = problems->Add();
    problem->set_field(std::string(field));
    problem->set_description(description);
  }

  void Refuse(size_t row, absl::string_view field, const std::string& description) {
    candidates_[row].reset();
    AddProblem(field, description, report_.mutable_rows(static_cast<int>(row))->mutable_problems());
  }

  // Fills in the candidate of the latest row, or refuses it.
  absl::Status Judge(const PeopleTable::Row& row) {
    const size_t index = candidates_.size() - 1;
    // A cell that is not there is no empty one: it would take a value away that nobody meant.
    if (row.cells.size() != command_.table.fields.size()) {
      Refuse(index, "", CountFault(row.cells.size(), command_.table.fields.size()));
      return absl::OkStatus();
    }
    const std::string person = PersonOf(row);
    report_.mutable_rows(static_cast<int>(index))->set_person(person);
    if (!IsPersonId(person)) {
      for (const auto& one : base::FieldViolationsOf(CheckPersonId(kPersonColumn, person)))
        Refuse(index, kPersonColumn, one.description);
      return absl::OkStatus();
    }
    const auto [first, fresh] = row_of_.emplace(person, index);
    if (!fresh) {
      Refuse(index, kPersonColumn,
             absl::StrCat("'", person, "' stands on line ",
                          report_.rows(static_cast<int>(first->second)).line(),
                          " already; take one of the rows out"));
      return absl::OkStatus();
    }
    Candidate candidate{{command_.key.workspace, person}, std::nullopt, {}};
    ASSIGN_OR_RETURN(candidate.present, reads_.FindPerson(candidate.key));
    if (candidate.present.has_value()) candidate.content = candidate.present->person;
    candidates_[index] = std::move(candidate);
    FillIn(index, row);
    return absl::OkStatus();
  }

  void FillIn(size_t index, const PeopleTable::Row& row) {
    v1::Person content = candidates_[index]->content;
    std::vector<base::FieldViolation> violations;
    for (size_t i = 0; i < command_.table.fields.size(); ++i) {
      const std::string fault = SetCell(command_.table.fields[i], row.cells[i], &content);
      if (!fault.empty()) violations.push_back({command_.table.fields[i], fault});
    }
    for (base::FieldViolation& one :
         FindViolations(content, candidates_[index]->key.person, "person")) {
      one.field = std::string(absl::StripPrefix(one.field, "person."));
      violations.push_back(std::move(one));
    }
    candidates_[index]->content = std::move(content);
    for (const base::FieldViolation& one : violations) Refuse(index, one.field, one.description);
  }

  std::string PersonOf(const PeopleTable::Row& row) const {
    std::string email;
    for (size_t i = 0; i < row.cells.size(); ++i) {
      if (command_.table.fields[i] == kPersonColumn) return absl::AsciiStrToLower(row.cells[i]);
      if (command_.table.fields[i] == "email") email = absl::AsciiStrToLower(row.cells[i]);
    }
    return email;
  }

  // Every circle has a row that closes it, for what is kept has none. Where rows are refused, what
  // is kept of these people counts again, and may close another one.
  absl::Status RefuseCircles() {
    while (true) {
      std::vector<std::string> people;
      for (const auto& candidate : candidates_)
        if (candidate.has_value()) people.push_back(candidate->key.person);
      const auto manager_of = [this](const std::string& id) -> absl::StatusOr<std::string> {
        ASSIGN_OR_RETURN(const std::optional<v1::Person> person, Find(id));
        return person.has_value() ? person->manager() : "";
      };
      ASSIGN_OR_RETURN(const auto circles, FindCircles(people, manager_of));
      bool refused = false;
      for (const std::vector<std::string>& circle : circles) {
        for (const std::string& person : circle) refused |= RefuseOnCircle(circle, person);
      }
      if (!refused) return absl::OkStatus();
    }
  }

  bool RefuseOnCircle(const std::vector<std::string>& circle, const std::string& person) {
    const auto row = row_of_.find(person);
    if (row == row_of_.end() || !candidates_[row->second].has_value()) return false;
    const Candidate& candidate = *candidates_[row->second];
    const bool kept = candidate.present.has_value() &&
                      candidate.present->person.manager() == candidate.content.manager();
    if (kept) return false;
    Refuse(row->second, kManager,
           absl::StrCat("would report to themselves: ", CircleText(circle, person),
                        "; name another manager in one of these rows"));
    return true;
  }

  absl::Status Finish(std::vector<PersonChange>* changes) {
    for (size_t i = 0; i < candidates_.size(); ++i) {
      Report::Row* row = report_.mutable_rows(static_cast<int>(i));
      if (!candidates_[i].has_value()) {
        row->set_action(Report::Row::ACTION_REFUSED);
        report_.set_refused(report_.refused() + 1);
        continue;
      }
      ASSIGN_OR_RETURN(const auto warnings,
                       FindWarnings(*this, candidates_[i]->key, candidates_[i]->content));
      for (const common::v1::Warning& warning : warnings)
        AddProblem(warning.field(), warning.description(), row->mutable_warnings());
      PersonChange change = ChangeTo(candidates_[i]->key, candidates_[i]->present,
                                     candidates_[i]->content, author_, command_.reason);
      Count(change, row);
      if (change.kind != PersonChange::Kind::kNothing) changes->push_back(std::move(change));
    }
    return absl::OkStatus();
  }

  void Count(const PersonChange& change, Report::Row* row) {
    if (change.kind == PersonChange::Kind::kNothing) {
      row->set_action(Report::Row::ACTION_UNCHANGED);
      report_.set_unchanged(report_.unchanged() + 1);
    } else if (change.entry.kind() == v1::PersonHistoryEntry::KIND_CREATED) {
      row->set_action(Report::Row::ACTION_CREATED);
      report_.set_created(report_.created() + 1);
    } else {
      row->set_action(Report::Row::ACTION_UPDATED);
      *row->mutable_fields() = change.entry.fields();
      report_.set_updated(report_.updated() + 1);
    }
  }

  const ImportCommand& command_;
  const Author& author_;
  PeopleReads& reads_;
  StoredDirectory kept_;
  Report report_;
  std::vector<std::optional<Candidate>> candidates_;  // by row; nullopt = refused
  absl::flat_hash_map<std::string, size_t> row_of_;
};

}  // namespace

absl::StatusOr<PeopleTable> ReadPeopleTable(absl::string_view csv,
                                            const std::map<std::string, std::string>& columns) {
  if (csv.size() > kMaxBytes) {
    return base::FieldError("csv", absl::StrCat("has ", csv.size(), " bytes; at most ", kMaxBytes,
                                                " are possible: import it in parts"));
  }
  ASSIGN_OR_RETURN(std::vector<CsvRow> rows, ReadCsv("csv", csv));
  if (rows.empty()) {
    return base::FieldError(
        "csv", "holds nothing; give a table, with headings on its first line, as in 'email,name'");
  }
  if (rows.size() - 1 > kMaxRows) {
    return base::FieldError("csv", absl::StrCat("has ", rows.size() - 1, " rows; at most ",
                                                kMaxRows, " are possible: import it in parts"));
  }
  if (rows[0].cells.size() > kMaxColumns) {
    return base::FieldError(
        "csv", absl::StrCat("has ", rows[0].cells.size(), " columns; at most ", kMaxColumns,
                            " are possible: leave out those that nobody needs"));
  }
  PeopleTable table;
  table.headings = std::move(rows[0].cells);
  ASSIGN_OR_RETURN(table.fields, FieldsOfColumns(table.headings, columns));
  for (size_t i = 1; i < rows.size(); ++i)
    table.rows.push_back({rows[i].line, std::move(rows[i].cells)});
  return table;
}

absl::StatusOr<ImportPlan> PlanImport(PeopleReads& reads, const ImportCommand& command,
                                      const Author& author) {
  return Import(reads, command, author).Run();
}

}  // namespace plumbline::onboarding
