// SPDX-License-Identifier: Apache-2.0
//
// How the tables keep a process; private to the SQL stores.
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_SQL_FORMS_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_SQL_FORMS_H_

#include <string>

#include "plumbline/catalog/v1/process.pb.h"
#include "services/catalog/resource/message_fields.h"

namespace plumbline::catalog {

// The two stored forms of a message.
struct StoredForms {
  explicit StoredForms(const v1::Process& process)
      : body(process.SerializeAsString()), summary(KeepFields(body, [](int number) {
          return number != v1::Process::kRootFieldNumber &&
                 number != v1::Process::kDraftAuthorsFieldNumber &&
                 number != v1::Process::kRevisionLivesFieldNumber &&
                 number != v1::Process::kApprovalFieldNumber;
        })) {
    if (!process.has_approval()) return;
    v1::Process approval;
    *approval.mutable_approval() = process.approval();
    approval.mutable_approval()->clear_taken();
    approval.AppendToString(&summary);  // bytes of a message behind those of another are both
  }
  std::string body;
  std::string summary;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_SQL_FORMS_H_
