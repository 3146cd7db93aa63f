// SPDX-License-Identifier: Apache-2.0
//
// The kinds that AllKinds lists, each in a file of its own. They live for ever.
#ifndef PLUMBLINE_CLIENTS_CLI_RESOURCE_KINDS_H_
#define PLUMBLINE_CLIENTS_CLI_RESOURCE_KINDS_H_

#include "clients/cli/resource_kind.h"

namespace plumbline::cli {

const ResourceKind* CalendarKind();
const ResourceKind* UtilityKind();
const ResourceKind* StepKind();
const ResourceKind* ProcessKind();
const ResourceKind* TagKind();     // names for revisions of processes
const ResourceKind* PersonKind();  // of the on-boarding service
const ResourceKind* PolicyKind();  // of the workspace: there is one

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_RESOURCE_KINDS_H_
