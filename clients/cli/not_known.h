// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_CLIENTS_CLI_NOT_KNOWN_H_
#define PLUMBLINE_CLIENTS_CLI_NOT_KNOWN_H_

#include <string>

#include "absl/strings/string_view.h"
#include "clients/cli/table.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "plumbline/analytics/v1/flow.pb.h"

namespace plumbline::cli {

using AbsentFigures = google::protobuf::RepeatedPtrField<analytics::v1::AbsentFigure>;

// "not known: no case was checked" for a field that an answer says to lack; "not known" for one of
// which it does not say why.
std::string NotKnown(absl::string_view field, const AbsentFigures& absent);

// "Busy seconds not known: no event says ..." for each.
void PrintNotKnown(const AbsentFigures& absent, const Paper& paper);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_NOT_KNOWN_H_
