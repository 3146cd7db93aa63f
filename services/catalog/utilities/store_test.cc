// SPDX-License-Identifier: Apache-2.0
//
// The store of utilities on both engines.
#include "services/catalog/utilities/store.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "gtest/gtest.h"
#include "services/catalog/composition/fields.h"
#include "services/catalog/testing/engines.h"
#include "services/catalog/utilities/store_sql.h"
#include "services/catalog/utilities/utility.h"

namespace plumbline::catalog {
namespace {

class UtilityStoreTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    utilities_ = NewUtilityStore(*database_);
    Put("acme", Utility("crm", "CRM", "it", {{"area", "core"}}));
    v1::Utility mail = Utility("mail", "E-mail", "it", {});
    mail.set_contact("on-call");
    mail.mutable_uptime_target()->set_availability(0.995);
    Put("acme", mail);
    v1::Utility legal = Utility("legal", "Legal queue", "legal", {{"area", "people"}, {"eu", "1"}});
    legal.set_support_calendar("calendars/company");
    legal.mutable_uptime_target()->set_availability(0.9);
    legal.set_author("ada");
    Put("acme", legal);
    Put("beta", Utility("crm", "Another's", "it", {{"area", "core"}}));
  }

  v1::Utility Utility(const std::string& id, const std::string& title, const std::string& owner,
                      const std::map<std::string, std::string>& labels) {
    v1::Utility utility;
    utility.set_name(NameOf(UtilityKey{"acme", id}));
    utility.set_title(title);
    utility.set_owner(owner);
    for (const auto& [label, value] : labels) (*utility.mutable_labels())[label] = value;
    utility.mutable_create_time()->set_seconds(++seconds_);
    utility.mutable_update_time()->set_seconds(seconds_);
    return utility;
  }

  void Change(const std::function<absl::Status(UtilityChanges&)>& change) {
    WriteRequest request;
    request.workspace = "acme";
    auto answer = utilities_->Write(context_, request, kNow,
                                    [&](UtilityChanges& changes) -> absl::StatusOr<std::string> {
                                      RETURN_IF_ERROR(change(changes));
                                      return "done";
                                    });
    ASSERT_TRUE(answer.ok()) << answer.status();
  }
  void Put(const std::string& workspace, const v1::Utility& utility, int64_t version = 1) {
    const std::string id = utility.name().substr(utility.name().rfind('/') + 1);
    Change([&](UtilityChanges& changes) {
      return changes.PutUtility({workspace, id}, {utility, version}, {});
    });
  }

  // Ids of all pages of two.
  std::string Listed(const std::string& filter, const std::string& order_by = "") {
    auto query =
        listing::ToQuery(listing::Fields{"List", "", filter, order_by, 2, ""}, UtilitySchema());
    if (!query.ok()) return std::string(query.status().message());
    std::vector<std::string> ids;
    do {
      const absl::Status status = utilities_->Read(context_, [&](UtilityReads& reads) {
        auto page = reads.ListUtilities("acme", *query);
        if (!page.ok()) return page.status();
        for (const v1::Utility& utility : page->rows)
          ids.push_back(utility.name().substr(utility.name().rfind('/') + 1));
        query->after = page->next;
        return absl::OkStatus();
      });
      if (!status.ok()) return std::string(status.message());
    } while (!query->after.empty());
    return absl::StrJoin(ids, " ");
  }

  std::unique_ptr<UtilityStore> utilities_;
  int64_t seconds_ = 0;
};

TEST_P(UtilityStoreTest, FiltersByEveryField) {
  EXPECT_EQ(Listed(""), "crm legal mail");
  EXPECT_EQ(Listed("name = \"*/crm\""), "crm");
  EXPECT_EQ(Listed("title:QUEUE"), "legal");
  EXPECT_EQ(Listed("owner = it"), "crm mail");
  EXPECT_EQ(Listed("has(contact)"), "mail");
  EXPECT_EQ(Listed("support_calendar = \"calendars/company\""), "legal");
  EXPECT_EQ(Listed("uptime_target.availability >= 0.995"), "mail");
  EXPECT_EQ(Listed("uptime_target.availability < 0.995"), "legal");
  EXPECT_EQ(Listed("NOT has(uptime_target.availability)"), "crm");
  EXPECT_EQ(Listed("labels.area = core"), "crm");
  EXPECT_EQ(Listed("labels:eu"), "legal");
  EXPECT_EQ(Listed("author = ada"), "legal");
  EXPECT_EQ(Listed("create_time > 1970-01-01T00:00:02Z"), "legal");
  EXPECT_EQ(Listed("update_time <= 1970-01-01T00:00:01Z"), "crm");
  EXPECT_EQ(Listed("legal"), "legal") << "a word in title or owner";
}

TEST_P(UtilityStoreTest, OrdersByEveryFieldThatHasAnOrder) {
  EXPECT_EQ(Listed("", "name desc"), "mail legal crm");
  EXPECT_EQ(Listed("", "title"), "crm mail legal");
  EXPECT_EQ(Listed("", "owner desc, name asc"), "legal crm mail");
  EXPECT_EQ(Listed("", "create_time desc"), "legal mail crm");
  EXPECT_EQ(Listed("", "update_time"), "crm mail legal");
}

TEST_P(UtilityStoreTest, ListsFollowWhatIsWrittenAndRemoved) {
  Put("acme", Utility("crm", "CRM", "sales", {{"tier", "1"}}), 2);
  EXPECT_EQ(Listed("labels:area"), "legal");
  EXPECT_EQ(Listed("labels.tier = 1"), "crm");
  EXPECT_EQ(Listed("owner = it"), "mail");
  Change([](UtilityChanges& changes) { return changes.RemoveUtility({"acme", "crm"}, {}); });
  EXPECT_EQ(Listed(""), "legal mail");
  EXPECT_EQ(Listed("labels:tier"), "");
  Put("acme", Utility("crm", "CRM", "sales", {}));
  EXPECT_EQ(Listed("labels:tier"), "") << "what was removed left no labels";
}

TEST_P(UtilityStoreTest, FindsWhatWasPut) {
  Put("acme", Utility("crm", "CRM of today", "it", {}), 2);
  EXPECT_EQ(Read<std::vector<std::string>>(
                [](Snapshot& snapshot) { return snapshot.UtilityIds("acme", {}); }),
            (std::vector<std::string>{"crm", "legal", "mail"}));
  Change([](UtilityChanges& changes) -> absl::Status {
    ASSIGN_OR_RETURN(auto crm, changes.FindUtility({"acme", "crm"}));
    EXPECT_TRUE(crm.has_value() && crm->version == 2);
    EXPECT_EQ(crm->utility.title(), "CRM of today");
    RETURN_IF_ERROR(changes.RemoveUtility({"acme", "crm"}, {}));
    ASSIGN_OR_RETURN(crm, changes.FindUtility({"acme", "crm"}));
    EXPECT_FALSE(crm.has_value()) << "reads see the writes before them";
    ASSIGN_OR_RETURN(auto other, changes.FindUtility({"beta", "crm"}));
    EXPECT_TRUE(other.has_value());
    return absl::OkStatus();
  });
}

TEST_P(UtilityStoreTest, FindsThoseAmongMany) {
  std::vector<std::string> among = {"mail", "crm", "nothing"};
  const auto found = [&] {
    return Read<std::vector<std::string>>(
        [&](Snapshot& snapshot) { return snapshot.UtilityIds("acme", among); });
  };
  EXPECT_EQ(found(), (std::vector<std::string>{"crm", "mail"}));
  for (int i = 0; i < 1500; ++i) among.push_back(absl::StrCat("u", i));
  among.push_back("legal");
  EXPECT_EQ(found(), (std::vector<std::string>{"crm", "legal", "mail"}))
      << "more than one statement asks for at once";
}

TEST_P(UtilityStoreTest, AWriteOfAUtilityThatFailsLeavesNothing) {
  auto failed =
      utilities_->Write(context_, {.workspace = "acme"}, kNow,
                        [&](UtilityChanges& changes) -> absl::StatusOr<std::string> {
                          RETURN_IF_ERROR(changes.PutUtility({"acme", "new"}, {{}, 1}, {}));
                          return base::FieldError("x", "is wrong");
                        });
  EXPECT_EQ(ReasonText(failed), "FIELD_INVALID");
  absl::Status status = utilities_->Read(context_, [&](UtilityReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(auto found, reads.FindUtility({"acme", "new"}));
    EXPECT_FALSE(found.has_value());
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

INSTANTIATE_TEST_SUITE_P(Engines, UtilityStoreTest, ::testing::Values(kSqlite, "PostgreSQL"),
                         EngineName);

}  // namespace
}  // namespace plumbline::catalog
