// SPDX-License-Identifier: Apache-2.0
//
// People, kept by the on-boarding service.
#include "absl/strings/str_cat.h"
#include "clients/cli/resource_kinds.h"
#include "clients/cli/standard_kind.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/people_service.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = onboarding::v1;

constexpr StandardWords kWords = {"people/ID", "people", "person", "Person",
                                  "Person",    "People", kPeople};

class People final : public StandardKind {
 public:
  People() : StandardKind(kWords, *pb::GetPersonRequest::descriptor()->file()) {}

  bool has_revisions() const override { return false; }
  // An address without an on-boarding service keeps none.
  absl::StatusOr<std::vector<std::string>> List(Session& session) const override {
    auto names = StandardKind::List(session);
    if (base::ReasonOf(names.status()) == base::Reason::ERROR_REASON_METHOD_UNKNOWN)
      return std::vector<std::string>();
    return names;
  }
  // As files have it: that somebody works here need not be said.
  absl::StatusOr<MessagePtr> Get(Session& session, const std::string& name) const override {
    ASSIGN_OR_RETURN(MessagePtr person, StandardKind::Get(session, name));
    auto& record = static_cast<pb::Person&>(*person);
    if (record.state() == pb::Person::STATE_ACTIVE) record.clear_state();
    return person;
  }
  std::vector<std::string> NamedBy(const Message& person) const override {
    const std::string& manager = static_cast<const pb::Person&>(person).manager();
    if (manager.empty()) return {};
    return {absl::StrCat("people/", manager)};
  }
  absl::Status Cycle(const std::string& chain) const override {
    return base::Error(base::Reason::ERROR_REASON_REPORTING_CYCLE,
                       absl::StrCat("people would report to themselves: ", chain,
                                    "; name another 'manager' in one of these files"))
        .With("chain", chain);
  }
};

}  // namespace

const ResourceKind* PersonKind() {
  static const auto* const kKind = new People();
  return kKind;
}

}  // namespace plumbline::cli
