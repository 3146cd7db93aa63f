// SPDX-License-Identifier: Apache-2.0
//
// Names that are taken as they are, and are probably mistakes where nothing is called so. Services
// whose answers carry warnings warn themselves; this is for those that do not.
#ifndef PLUMBLINE_CLIENTS_CLI_UNKNOWN_NAMES_H_
#define PLUMBLINE_CLIENTS_CLI_UNKNOWN_NAMES_H_

#include <string>
#include <vector>

#include "clients/cli/session.h"

namespace plumbline::cli {

// A line on the error stream for each of `people` of whom there is no record. Nothing where the
// workspace keeps no records at all, or the caller may not read them; "" and "@manager" name
// nobody. Up to people + 1 calls.
void WarnOfUnknownPeople(Session& session, const std::vector<std::string>& people);

// A line on the error stream where the record of `person`, whom `flag` names, says that they left,
// with `so` of it: "and stands in for nobody; name somebody who is there". At most one call.
void WarnIfLeft(Session& session, const char* flag, const std::string& person, const char* so);

// A line where `who` is neither a person on record nor a role that has an open task. Nothing where
// WarnOfUnknownPeople says nothing. Up to 3 calls.
void WarnIfNobodys(Session& session, const char* flag, const std::string& who);

// Who left keeps what they have: a line that says how many open tasks that is, and how they get to
// somebody else. Nothing where it is none, or the caller may not read it. One call.
void WarnOfTasksLeft(Session& session, const std::string& person);

// WarnOfUnknownPeople for the id of a utility of the catalog, given with `flag`; nothing for "",
// and where the catalog does not answer. At most one call.
void WarnOfUnknownUtility(Session& session, const char* flag, const std::string& utility);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_UNKNOWN_NAMES_H_
