// SPDX-License-Identifier: Apache-2.0
//
// People from a table: what each row would change, as a function of a snapshot.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_IMPORT_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_IMPORT_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/onboarding/people/person.h"

namespace plumbline::onboarding {

struct PeopleTable {
  struct Row {
    int line = 0;
    std::vector<std::string> cells;
  };
  std::vector<std::string> headings;
  std::vector<std::string> fields;  // of the columns, see FieldsOfColumns
  std::vector<Row> rows;
};

// FIELD_INVALID (of "csv" or "columns[HEADING]") for what is no table of people: see
// ImportPeopleRequest. O(length).
absl::StatusOr<PeopleTable> ReadPeopleTable(absl::string_view csv,
                                            const std::map<std::string, std::string>& columns);

struct ImportCommand {
  struct Key {
    std::string workspace;
  } key;
  PeopleTable table;
  std::string reason;
};

struct ImportPlan {
  std::vector<PersonChange> changes;  // that are to be carried out
  v1::ImportPeopleResponse report;    // but for the freshness token
};

// Rows are judged together: a manager may stand further down; rows that would close a circle of
// managers are refused, all of them that are on it. O(rows * fields) reads.
absl::StatusOr<ImportPlan> PlanImport(PeopleReads& reads, const ImportCommand& command,
                                      const Author& author);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_IMPORT_H_
