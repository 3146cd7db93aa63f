// SPDX-License-Identifier: Apache-2.0
//
// A store that tells of its changes: whoever follows logs in this process hears of them at once.
// What other replicas write is found by looking now and then.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_STORAGE_RINGING_STORE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_STORAGE_RINGING_STORE_H_

#include <memory>
#include <string>
#include <utility>

#include "services/analytics/serving/convert.h"
#include "services/analytics/storage/bell.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

// As `store`; rings `bell`, which must outlive it, for the log of every Write that is on disk.
class RingingStore final : public Store {
 public:
  RingingStore(std::unique_ptr<Store> store, Bell& bell) : store_(std::move(store)), bell_(bell) {}

  absl::Status Read(const base::CallContext& context,
                    absl::FunctionRef<absl::Status(LogReads&)> body) override {
    return store_->Read(context, body);
  }
  absl::StatusOr<std::string> Write(
      const base::CallContext& context, absl::string_view log, const WriteRequest& request,
      absl::Time now, absl::FunctionRef<absl::StatusOr<std::string>(LogChanges&)> body) override {
    absl::StatusOr<std::string> answer = store_->Write(context, log, request, now, body);
    if (answer.ok()) bell_.Ring(NameOf(LogKey{request.workspace, std::string(log)}));
    return answer;
  }
  absl::Status Stage(const base::CallContext& context, absl::string_view workspace,
                     absl::string_view import_uid, const StoredBlock& block,
                     absl::Time now) override {
    return store_->Stage(context, workspace, import_uid, block, now);
  }
  absl::Status Discard(const base::CallContext& context, absl::string_view workspace,
                       absl::string_view import_uid) override {
    return store_->Discard(context, workspace, import_uid);
  }
  absl::StatusOr<int64_t> Sweep(const base::CallContext& context, absl::Time before,
                                int limit) override {
    return store_->Sweep(context, before, limit);
  }
  absl::StatusOr<int64_t> MergeSmallBlocks(const base::CallContext& context, int many,
                                           Merge merge) override {
    return store_->MergeSmallBlocks(context, many, merge);
  }
  absl::StatusOr<int64_t> ForgetOldRequests(const base::CallContext& context, absl::Time now,
                                            int limit) override {
    return store_->ForgetOldRequests(context, now, limit);
  }

 private:
  const std::unique_ptr<Store> store_;
  Bell& bell_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_STORAGE_RINGING_STORE_H_
