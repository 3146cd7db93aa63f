// SPDX-License-Identifier: Apache-2.0
//
// The fields of processes that lists filter and order by; catalog_service.proto and
// process_search.proto document them.
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_FIELDS_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_FIELDS_H_

#include "common/expr/schema.h"

namespace plumbline::catalog {

const expr::Schema& ProcessSchema();   // of heads
const expr::Schema& RevisionSchema();  // of revisions
const expr::Schema& SearchSchema();    // of heads that a search finds: ProcessSchema and rank

// Those of steps; step_service.proto documents them.
const expr::Schema& StepSchema();
const expr::Schema& StepRevisionSchema();

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_FIELDS_H_
