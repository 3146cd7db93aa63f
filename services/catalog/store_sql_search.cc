// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/store_sql_search.h"

#include <array>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/rpc/page_token.h"
#include "services/catalog/life.h"
#include "services/catalog/store_sql_words.h"

namespace plumbline::catalog {
namespace {

// What makes a match better than another; each kind includes those before it.
struct Kind {
  char place;
  absl::string_view test;  // of each word
};
constexpr std::array<Kind, 4> kKinds = {{{kTitlePlace, "has_word"},
                                         {kTitlePlace, "has_prefix"},
                                         {kNamePlace, "has_prefix"},
                                         {kAnyPlace, "has_prefix"}}};

// Where a page begins: behind this name among the matches of this kind.
struct Place {
  int64_t kind = 0;
  std::string name;
};

std::string ParamOf(char place, size_t word) {
  return absl::StrCat("w", absl::string_view(&place, 1), "x", word);
}

std::string ToPosition(int64_t kind, absl::string_view name) { return absl::StrCat(kind, name); }

absl::StatusOr<Place> ToPlace(absl::string_view position) {
  Place place;
  if (position.empty()) return place;
  if (!absl::SimpleAtoi(position.substr(0, 1), &place.kind)) {
    return base::Error(base::Reason::ERROR_REASON_PAGE_TOKEN_INVALID,
                       "page_token was made by another version of this search; leave it empty to "
                       "begin again")
        .Field("page_token", "not a token of this search");
  }
  place.name = std::string(position.substr(1));
  return place;
}

// The statement for a number of words: the best kind of every document, and of those the page.
std::string Statement(size_t words) {
  std::string kinds;
  for (size_t kind = 0; kind < kKinds.size(); ++kind) {
    absl::StrAppend(&kinds, kind > 0 ? " UNION ALL " : "", "SELECT ", kind,
                    " AS kind, rowid AS document FROM process_words WHERE "
                    "{has_word process_words :workspace_word}");
    for (size_t word = 0; word < words; ++word) {
      absl::StrAppend(&kinds, " AND {", kKinds[kind].test,
                      " process_words :", ParamOf(kKinds[kind].place, word), "}");
    }
  }
  return absl::StrCat(
      "SELECT m.kind, i.name, i.process FROM (SELECT MIN(kind) AS kind, document FROM (", kinds,
      ") u GROUP BY document) m JOIN process_index i ON i.document = m.document "
      "WHERE i.workspace = :workspace AND (m.kind > :kind OR (m.kind = :kind AND i.name > :name)) "
      "ORDER BY m.kind, i.name LIMIT :limit");
}

class SqlSearchStore final : public SearchStore {
 public:
  explicit SqlSearchStore(sql::Database& database) : database_(database) {}

  absl::StatusOr<listing::Page<v1::Process>> Search(const base::CallContext& context,
                                                    const SearchQuery& query) override {
    ASSIGN_OR_RETURN(const Place place, ToPlace(query.after));
    const std::string workspace_word = WorkspaceWord(query.workspace);
    // One more tells whether there is another page.
    std::vector<sql::Param> params = {{"workspace", query.workspace},
                                      {"workspace_word", workspace_word},
                                      {"kind", place.kind},
                                      {"name", place.name},
                                      {"limit", int64_t{query.limit} + 1}};
    std::vector<std::pair<std::string, std::string>> words;
    for (const char code : {kTitlePlace, kNamePlace, kAnyPlace}) {
      for (size_t i = 0; i < query.words.size(); ++i)
        words.emplace_back(ParamOf(code, i), PlacedWord(code, query.words[i]));
    }
    for (const auto& [name, word] : words) params.push_back({name, word});
    listing::Page<v1::Process> page;
    RETURN_IF_ERROR(database_.Read(context, [&](sql::Transaction& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(const sql::Rows rows,
                       transaction.Query(Statement(query.words.size()), params));
      return Fill(transaction, query, rows, &page);
    }));
    return page;
  }

 private:
  // Reads the messages, which may be large, one by one until the page is full.
  static absl::Status Fill(sql::Transaction& transaction, const SearchQuery& query,
                           const sql::Rows& found, listing::Page<v1::Process>* page) {
    *page = {};
    rpc::PageRoom room(query.limit);
    size_t i = 0;
    for (; i < found.size() && !room.Full(); ++i) {
      ASSIGN_OR_RETURN(
          const sql::Rows rows,
          transaction.Query("SELECT body FROM processes WHERE workspace = "
                            ":workspace AND process = :process",
                            {{"workspace", query.workspace}, {"process", found.Text(i, 2)}}));
      if (rows.empty() || !page->rows.emplace_back().ParseFromString(rows.Text(0, 0)))
        return base::Internal("a process that was found cannot be read");
      page->rows.back().set_state(StateOf(page->rows.back()));
      room.Took(rows.Text(0, 0).size());
    }
    if (i < found.size()) page->next = ToPosition(found.Int(i - 1, 0), found.Text(i - 1, 1));
    return absl::OkStatus();
  }

  sql::Database& database_;
};

}  // namespace

std::unique_ptr<SearchStore> NewSearchStore(sql::Database& database) {
  return std::make_unique<SqlSearchStore>(database);
}

}  // namespace plumbline::catalog
