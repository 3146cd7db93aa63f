// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/search/store_sql.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/table.h"
#include "services/catalog/life/life.h"
#include "services/catalog/processes/fields.h"
#include "services/catalog/processes/store_sql_lists.h"
#include "services/catalog/search/store_sql_words.h"
#include "services/catalog/steps/step.h"
#include "services/catalog/steps/store_sql.h"

namespace plumbline::catalog {
namespace {

// What makes a match better than another, by rank from 1; each includes those before it.
struct Rank {
  char place;
  absl::string_view test;  // of each word
};
constexpr std::array<Rank, 4> kRanks = {{{kTitlePlace, "has_word"},
                                         {kTitlePlace, "has_prefix"},
                                         {kNamePlace, "has_prefix"},
                                         {kAnyPlace, "has_prefix"}}};

std::string ParamOf(char place, size_t word) {
  return absl::StrCat("w", absl::string_view(&place, 1), "x", word);
}

// The documents that hold so many words, each with its best rank.
std::string Matches(size_t words) {
  std::string ranks;
  for (size_t i = 0; i < kRanks.size(); ++i) {
    absl::StrAppend(&ranks, i > 0 ? " UNION ALL " : "", "SELECT ", i + 1,
                    " AS place, rowid AS document FROM process_words WHERE "
                    "{has_word process_words :workspace_word}");
    for (size_t word = 0; word < words; ++word) {
      absl::StrAppend(&ranks, " AND {", kRanks[i].test,
                      " process_words :", ParamOf(kRanks[i].place, word), "}");
    }
  }
  return absl::StrCat("(SELECT MIN(place) AS place, document FROM (", ranks,
                      ") u GROUP BY document)");
}

// The list of what so many words find.
listing::TableSpec Spec(size_t words) {
  auto columns = HeadColumns();
  columns.push_back({"rank", {.sql = "m.place"}});
  return {
      .from = absl::StrCat(Matches(words), " m JOIN process_index i ON i.document = m.document"),
      .where = "i.workspace = :workspace",
      .keys = "i.process AS process, m.place AS place",
      .select = "k.process, k.place",
      .selected = 2,
      .columns = std::move(columns),
      .key = {{"rank", false}, {"name", false}}};
}

const listing::Table& TableOf(size_t words) {
  static const auto& tables = *new std::vector<listing::Table>([] {
    std::vector<listing::Table> all;
    for (size_t i = 1; i <= kMaxQueryWords; ++i) all.emplace_back(SearchSchema(), Spec(i));
    return all;
  }());
  return tables[words - 1];
}

// The whole message, with what its steps take from the library, as its words were indexed. It may
// be large: it is read for the rows of a page only.
absl::StatusOr<v1::Process> ReadHead(sql::Transaction& transaction, const std::string& workspace,
                                     const std::string& process) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   transaction.Query("SELECT body FROM processes WHERE workspace = :workspace AND "
                                     "process = :process",
                                     {{"workspace", workspace}, {"process", process}}));
  v1::Process head;
  if (rows.empty() || !head.ParseFromString(rows.Text(0, 0)))
    return base::Internal("a process that was found cannot be read");
  head.set_state(StateOf(head));
  head.set_unpublished_changes(HasUnpublishedChanges(head));
  const std::unique_ptr<StepChanges> steps = NewStepChanges(transaction);
  RETURN_IF_ERROR(ResolveSteps(*steps, workspace, Missing::kLeave, head.mutable_root()));
  return head;
}

class SqlSearchStore final : public SearchStore {
 public:
  explicit SqlSearchStore(sql::Database& database) : database_(database) {}

  absl::StatusOr<listing::Page<FoundProcess>> Search(const base::CallContext& context,
                                                     const SearchQuery& query) override {
    const std::string workspace_word = WorkspaceWord(query.workspace);
    std::vector<sql::Param> params = {{"workspace", query.workspace},
                                      {"workspace_word", workspace_word}};
    std::vector<std::pair<std::string, std::string>> words;
    for (const char code : {kTitlePlace, kNamePlace, kAnyPlace}) {
      for (size_t i = 0; i < query.words.size(); ++i)
        words.emplace_back(ParamOf(code, i), PlacedWord(code, query.words[i]));
    }
    for (const auto& [name, word] : words) params.push_back({name, word});
    listing::Page<FoundProcess> page;
    RETURN_IF_ERROR(database_.Read(context, [&](sql::Transaction& transaction) -> absl::Status {
      page = {};
      const auto take = [&](const sql::Rows& rows, size_t row) -> absl::StatusOr<size_t> {
        ASSIGN_OR_RETURN(v1::Process head,
                         ReadHead(transaction, query.workspace, rows.Text(row, 0)));
        const size_t bytes = head.ByteSizeLong();
        page.rows.push_back({std::move(head), static_cast<int>(rows.Int(row, 1))});
        return bytes;
      };
      ASSIGN_OR_RETURN(page.next,
                       TableOf(query.words.size()).Read(transaction, params, query.list, take));
      return absl::OkStatus();
    }));
    return page;
  }

 private:
  sql::Database& database_;
};

}  // namespace

std::unique_ptr<SearchStore> NewSearchStore(sql::Database& database) {
  return std::make_unique<SqlSearchStore>(database);
}

}  // namespace plumbline::catalog
