// SPDX-License-Identifier: Apache-2.0
#pragma once

// `banyan programme`: a brand's document, from its first mistake to the version in force.

#include <string>

namespace banyan::app {

struct ProgrammeOptions {
    std::string file;
    std::string other;  // diff: the newer document
    std::string language = "en";
    std::string server = "http://127.0.0.1:8080";
    std::string key;
    std::string at;       // RFC 3339; empty = as soon as every partition has it
    std::string address;  // rollback
    std::string event;    // dry-run: a file with one event; why: the id of one
    std::string source;   // why: who sent it
    bool json = false;
};

/// Every error and doubt of the document at file:line:column. Exit 0 when there is no error.
int check_programme(const ProgrammeOptions& options);
/// What the newer document changes, in sentences; exit 0 with and without differences.
int diff_programmes(const ProgrammeOptions& options);

/// Checks the document here, then hands it to a running server.
int publish_programme(const ProgrammeOptions& options);
int roll_back_programme(const ProgrammeOptions& options);
int list_versions(const ProgrammeOptions& options);

/// What a running server would make of one event, under the programme in force or the draft in `file`; nothing is
/// done. Exit 0 also when the event would be refused: that is the answer.
int dry_run(const ProgrammeOptions& options);
/// What every rule made of an event that happened. Exit 2 when deciding it again comes to something else.
int why(const ProgrammeOptions& options);

}  // namespace banyan::app
