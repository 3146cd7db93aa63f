// SPDX-License-Identifier: Apache-2.0
//
// Lists with filters, and search, over 10,000 processes of 50 steps on SQLite: seconds of a call,
// from a parsed request to a parsed answer, within the process.
#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/processes/store_sql.h"
#include "tests/bench/bench.h"
#include "tests/bench/catalog_server.h"

namespace plumbline::bench {
namespace {

constexpr int kProcesses = 10'000;
constexpr int kSteps = 50;
constexpr int kAtOnce = 100;
constexpr int kCalls = 21;

// Words as they are in texts: the n-th most frequent is 1/n as frequent as the first (Zipf).
class Texts {
 public:
  std::string Words(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
      const double u = std::uniform_real_distribution<double>(0, std::log(5000.0))(random_);
      absl::StrAppend(&text, i > 0 ? " " : "", WordOf(static_cast<int>(std::exp(u))));
    }
    return text;
  }
  // Of a vocabulary of 5,000: "kemu".
  static std::string WordOf(int n) {
    std::string word;
    for (int rest = n + 60; rest > 0; rest /= 60)
      absl::StrAppend(&word, std::string(1, "bdfgklmnprst"[rest % 12]),
                      std::string(1, "aeiou"[rest / 12 % 5]));
    return word;
  }
  int Below(int n) { return static_cast<int>(random_() % static_cast<uint64_t>(n)); }

 private:
  std::mt19937_64 random_{1};
};

catalog::v1::Process MakeProcess(Texts& texts, int number) {
  catalog::v1::Process process;
  process.set_name(absl::StrCat("workspaces/default/processes/p", number));
  process.set_title(texts.Words(4));
  process.set_purpose(texts.Words(20));
  process.set_owner(absl::StrCat("team-", texts.Below(40)));
  process.set_state(catalog::v1::Process::STATE_DRAFT);
  process.mutable_update_time()->set_seconds(1'700'000'000 + texts.Below(10'000'000));
  (*process.mutable_labels())["region"] = absl::StrCat("r", texts.Below(10));
  auto* nodes = process.mutable_root()->mutable_sequence()->mutable_nodes();
  for (int i = 0; i < kSteps; ++i) {
    catalog::v1::Node* node = nodes->Add();
    node->set_id(absl::StrCat("s", i));
    node->set_title(texts.Words(3));
    node->mutable_step()->set_role(absl::StrCat("role-", texts.Below(20)));
    node->mutable_step()->set_instructions(texts.Words(12));
  }
  return process;
}

absl::Status Fill(catalog::Store& store) {
  Texts texts;
  for (int begin = 0; begin < kProcesses; begin += kAtOnce) {
    std::vector<catalog::v1::Process> processes;
    for (int i = begin; i < begin + kAtOnce; ++i) processes.push_back(MakeProcess(texts, i));
    RETURN_IF_ERROR(store
                        .Write({}, {.workspace = "default"}, absl::UnixEpoch(),
                               [&](catalog::Changes& changes) -> absl::StatusOr<std::string> {
                                 for (size_t i = 0; i < processes.size(); ++i) {
                                   const catalog::ProcessKey key{
                                       "default", absl::StrCat("p", begin + static_cast<int>(i))};
                                   RETURN_IF_ERROR(changes.PutHead(key, {processes[i], 1}));
                                 }
                                 return std::string();
                               })
                        .status());
  }
  return absl::OkStatus();
}

// The median of the seconds of some calls, after one that does not count.
template <typename Response, typename Request>
absl::StatusOr<double> SecondsOf(rpc::Channel& channel, const std::string& method,
                                 const Request& request, int at_least) {
  std::vector<double> seconds;
  for (int i = 0; i <= kCalls; ++i) {
    Response response;
    const Stopwatch watch;
    RETURN_IF_ERROR(
        channel.Call({}, "/plumbline.catalog.v1.CatalogService/" + method, request, &response));
    if (i > 0) seconds.push_back(watch.Seconds());
    if (response.ByteSizeLong() < static_cast<size_t>(at_least))
      return absl::InternalError("an answer is too small: " + method);
  }
  return Median(seconds);
}

absl::StatusOr<double> ListSeconds(rpc::Channel& channel, const std::string& filter,
                                   const std::string& order, int at_least) {
  catalog::v1::ListProcessesRequest request;
  request.set_parent("workspaces/default");
  request.set_filter(filter);
  request.set_order_by(order);
  return SecondsOf<catalog::v1::ListProcessesResponse>(channel, "ListProcesses", request, at_least);
}

absl::StatusOr<double> SearchSeconds(rpc::Channel& channel, const std::string& query) {
  catalog::v1::SearchProcessesRequest request;
  request.set_parent("workspaces/default");
  request.set_query(query);
  return SecondsOf<catalog::v1::SearchProcessesResponse>(channel, "SearchProcesses", request, 1);
}

}  // namespace

absl::StatusOr<std::vector<Figure>> CatalogLists() {
  ASSIGN_OR_RETURN(auto catalog, CatalogServer::Start("sqlite::memory:"));
  ASSIGN_OR_RETURN(auto store, plumbline::catalog::OpenStore(catalog->database()));
  const Stopwatch filling;
  RETURN_IF_ERROR(Fill(*store));
  const double filled = filling.Seconds();
  rpc::Channel& channel = catalog->channel();

  const std::string common = Texts::WordOf(1), rarer = Texts::WordOf(300),
                    rare = Texts::WordOf(2000);
  ASSIGN_OR_RETURN(const double page, ListSeconds(channel, "", "", 1));
  ASSIGN_OR_RETURN(
      const double filtered,
      ListSeconds(channel,
                  absl::StrCat("owner = team-7 AND labels.region = (r1 OR r2) AND title:", common),
                  "update_time desc", 1));
  ASSIGN_OR_RETURN(
      const double none,
      ListSeconds(channel, "labels.region = nowhere AND title:zzz OR labels.region = \"no*\"",
                  "title", 0));
  ASSIGN_OR_RETURN(const double two_words,
                   SearchSeconds(channel, absl::StrCat(rarer, " ", common)));
  ASSIGN_OR_RETURN(const double rare_word, SearchSeconds(channel, rare));
  ASSIGN_OR_RETURN(const double one_letter, SearchSeconds(channel, common.substr(0, 1)));
  return std::vector<Figure>{{"catalog.lists.index_10k", filled, "s"},
                             {"catalog.list.page", page, "s"},
                             {"catalog.list.filtered_10k", filtered, "s"},
                             {"catalog.list.nothing_fits_10k", none, "s"},
                             {"catalog.search.two_words_10k", two_words, "s"},
                             {"catalog.search.rare_word_10k", rare_word, "s"},
                             {"catalog.search.one_letter_10k", one_letter, "s"}};
}

}  // namespace plumbline::bench
