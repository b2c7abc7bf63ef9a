# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_labeltui_global_optspecs
    string join \n store= server= as= experiment= config= h/help V/version
end

function __fish_labeltui_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_labeltui_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_labeltui_using_subcommand
    set -l cmd (__fish_labeltui_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c labeltui -n "__fish_labeltui_needs_command" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_needs_command" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_needs_command" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_needs_command" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_needs_command" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_needs_command" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_needs_command" -s V -l version -d 'Print version'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "open" -d 'Review a session on screen'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "demo" -d 'Sample traces, questions and a session, opened on screen'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "import" -d 'Bring traces in'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "trace" -d 'Traces outside sessions'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "schema" -d 'The questions a team asks'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "session" -d 'Queues of traces to review'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "answer" -d 'Answer from a script what the screen asks'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "labels" -d 'What people answered, as a table, CSV or JSON lines'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "dataset" -d 'Evaluation records: inputs and expectations, as JSON lines'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "export" -d 'The session\'s traces with their assessments, as MLflow JSON lines'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "stats" -d 'Progress per person, answers per question'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "audit" -d 'Who changed what, when'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "serve" -d 'Serve the store to a team, at a socket of this machine'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "mlflow" -d 'Pull from and push to an MLflow tracking server'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "backup" -d 'Copy the store to a file, while work goes on'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "restore" -d 'Put a backup in the store\'s place'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "doctor" -d 'Check the store'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "completions" -d 'Print the completions of a shell'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "man" -d 'Print the manual page'
complete -c labeltui -n "__fish_labeltui_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c labeltui -n "__fish_labeltui_using_subcommand open" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand open" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand open" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand open" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand open" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand open" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand demo" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand demo" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand demo" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand demo" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand demo" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand demo" -l fresh -d 'Start over: deletes what demo made, answers included'
complete -c labeltui -n "__fish_labeltui_using_subcommand demo" -l no-open -d 'Only make it, and print how to open it'
complete -c labeltui -n "__fish_labeltui_using_subcommand demo" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand import" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand import" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand import" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand import" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand import" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand import" -l strict -d 'Keep nothing when any line is bad'
complete -c labeltui -n "__fish_labeltui_using_subcommand import" -l json -d 'Print the counts and the rejected lines as JSON'
complete -c labeltui -n "__fish_labeltui_using_subcommand import" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and not __fish_seen_subcommand_from list show delete help" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and not __fish_seen_subcommand_from list show delete help" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and not __fish_seen_subcommand_from list show delete help" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and not __fish_seen_subcommand_from list show delete help" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and not __fish_seen_subcommand_from list show delete help" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and not __fish_seen_subcommand_from list show delete help" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and not __fish_seen_subcommand_from list show delete help" -f -a "list" -d 'The traces of the experiment, newest first'
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and not __fish_seen_subcommand_from list show delete help" -f -a "show" -d 'One trace: what was asked and answered, its spans, documents and assessments'
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and not __fish_seen_subcommand_from list show delete help" -f -a "delete" -d 'Delete traces; sessions keep their copies'
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and not __fish_seen_subcommand_from list show delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from list" -l filter -d 'Only these, in MLflow\'s search grammar: "status = \'ERROR\' AND tag.env = \'prod\'"' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from list" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from list" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from list" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from list" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from list" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from list" -l json -d 'Print JSON'
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from show" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from show" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from show" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from show" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from show" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from show" -l json -d 'Print the whole trace as MLflow\'s JSON, with the assessments that came with it'
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from delete" -l filter -d 'Those that match, in MLflow\'s search grammar' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from delete" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from delete" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from delete" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from delete" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from delete" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from delete" -l all -d 'All of the experiment'
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from help" -f -a "list" -d 'The traces of the experiment, newest first'
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from help" -f -a "show" -d 'One trace: what was asked and answered, its spans, documents and assessments'
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete traces; sessions keep their copies'
complete -c labeltui -n "__fish_labeltui_using_subcommand trace; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and not __fish_seen_subcommand_from create apply list show delete help" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and not __fish_seen_subcommand_from create apply list show delete help" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and not __fish_seen_subcommand_from create apply list show delete help" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and not __fish_seen_subcommand_from create apply list show delete help" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and not __fish_seen_subcommand_from create apply list show delete help" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and not __fish_seen_subcommand_from create apply list show delete help" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and not __fish_seen_subcommand_from create apply list show delete help" -f -a "create" -d 'Create a question'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and not __fish_seen_subcommand_from create apply list show delete help" -f -a "apply" -d 'Create or replace questions from a file in MLflow\'s JSON (\'-\' for stdin)'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and not __fish_seen_subcommand_from create apply list show delete help" -f -a "list" -d 'List the questions of the experiment'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and not __fish_seen_subcommand_from create apply list show delete help" -f -a "show" -d 'Show one question'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and not __fish_seen_subcommand_from create apply list show delete help" -f -a "delete" -d 'Delete a question that no session asks'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and not __fish_seen_subcommand_from create apply list show delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l type -d 'What an answer is' -r -f -a "feedback\t'An opinion about the trace'
expectation\t'What the trace should have been'"
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l title -d 'What the reviewer is asked [default: the name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l instruction -d 'How to decide, shown below the title' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l pass-fail -d 'Two labels: the one for true, the one for false' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l option -d 'An option to choose; repeat for more' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l min -d 'Smallest number accepted' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l max -d 'Largest number accepted' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l max-length -d 'Longest text (or entry of a list) accepted, in characters' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l max-count -d 'Most entries of a list' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l comment -d 'Let reviewers add a comment'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l required -d 'A submit needs an answer to this'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l overwrite -d 'Replace an existing question of this name'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l multi -d 'Any number of the options may be chosen'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l numeric -d 'A number'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l text -d 'A text'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l text-list -d 'A list of texts'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -l json -d 'Print the question as it stands now, as JSON'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from apply" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from apply" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from apply" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from apply" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from apply" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from apply" -l overwrite -d 'As for create; here it goes without saying'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from apply" -l json -d 'Print what was done as JSON'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from apply" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from list" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from list" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from list" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from list" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from list" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from list" -l json -d 'Print MLflow\'s JSON, as `schema apply` reads it'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from show" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from show" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from show" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from show" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from show" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from show" -l json -d 'Print MLflow\'s JSON'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from delete" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from delete" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from delete" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from delete" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from delete" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from help" -f -a "create" -d 'Create a question'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from help" -f -a "apply" -d 'Create or replace questions from a file in MLflow\'s JSON (\'-\' for stdin)'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the questions of the experiment'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one question'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete a question that no session asks'
complete -c labeltui -n "__fish_labeltui_using_subcommand schema; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and not __fish_seen_subcommand_from create update list show delete add-traces remove-traces assign help" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and not __fish_seen_subcommand_from create update list show delete add-traces remove-traces assign help" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and not __fish_seen_subcommand_from create update list show delete add-traces remove-traces assign help" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and not __fish_seen_subcommand_from create update list show delete add-traces remove-traces assign help" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and not __fish_seen_subcommand_from create update list show delete add-traces remove-traces assign help" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and not __fish_seen_subcommand_from create update list show delete add-traces remove-traces assign help" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and not __fish_seen_subcommand_from create update list show delete add-traces remove-traces assign help" -f -a "create" -d 'Create a session'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and not __fish_seen_subcommand_from create update list show delete add-traces remove-traces assign help" -f -a "update" -d 'Change a session'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and not __fish_seen_subcommand_from create update list show delete add-traces remove-traces assign help" -f -a "list" -d 'List the sessions and their progress'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and not __fish_seen_subcommand_from create update list show delete add-traces remove-traces assign help" -f -a "show" -d 'Show one session'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and not __fish_seen_subcommand_from create update list show delete add-traces remove-traces assign help" -f -a "delete" -d 'Delete a session; refused while there are answers'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and not __fish_seen_subcommand_from create update list show delete add-traces remove-traces assign help" -f -a "add-traces" -d 'Copy traces into a session and print the line to share with its reviewers'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and not __fish_seen_subcommand_from create update list show delete add-traces remove-traces assign help" -f -a "remove-traces" -d 'Take traces out of a session\'s queue; their answers are kept'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and not __fish_seen_subcommand_from create update list show delete add-traces remove-traces assign help" -f -a "assign" -d 'Give traces to people'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and not __fish_seen_subcommand_from create update list show delete add-traces remove-traces assign help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from create" -l schema -d 'A question to ask, in this order; repeat for more' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from create" -l user -d 'A reviewer it is assigned to; repeat for more [default: everyone]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from create" -l reviews -d 'How many people review each trace' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from create" -l instructions -d 'Instructions for the reviewers, in Markdown (\'-\' for stdin)' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from create" -l view -d 'What of a trace its reviewers see at first, as TOML or JSON (docs/views.md; \'-\' for stdin)' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from create" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from create" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from create" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from create" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from create" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from create" -l blind -d 'Nobody sees another\'s answers before their own are submitted [default: when reviews > 1]'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from create" -l open -d 'Others\' answers may be seen at any time'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from create" -l json -d 'Print the session as JSON'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l schema -d 'A question to ask, in this order; repeat for more' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l user -d 'A reviewer it is assigned to; repeat for more [default: everyone]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l reviews -d 'How many people review each trace' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l instructions -d 'Instructions for the reviewers, in Markdown (\'-\' for stdin)' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l view -d 'What of a trace its reviewers see at first, as TOML or JSON (docs/views.md; \'-\' for stdin)' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l remove-user -d 'Take a reviewer off; repeat for more' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l remove-schema -d 'Stop asking a question (its answers are kept); repeat for more' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l blind -d 'Nobody sees another\'s answers before their own are submitted [default: when reviews > 1]'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l open -d 'Others\' answers may be seen at any time'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l everyone -d 'Take all reviewers off: with nobody assigned everybody may review it'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l remove-view -d 'Show everything again'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l reask -d 'Reopen complete traces that lack an answer to a new or changed question'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l close -d 'Make it read-only'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l reopen -d 'Let reviewers go on'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -l json -d 'Print the session as JSON'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from update" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from list" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from list" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from list" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from list" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from list" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from list" -l json -d 'Print JSON'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from show" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from show" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from show" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from show" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from show" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from show" -l json -d 'Print JSON'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from delete" -s o -l output -d 'That file [default: NAME-TIME.export.jsonl in the current folder]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from delete" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from delete" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from delete" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from delete" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from delete" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from delete" -l with-answers -d 'Delete it with its answers; they are written to a file first'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from add-traces" -l id -d 'A trace id; repeat for more' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from add-traces" -l filter -d 'Those that match, in MLflow\'s search grammar' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from add-traces" -l file -d 'Those named in a file: ids, one a line, or trace JSONL (\'-\' for stdin)' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from add-traces" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from add-traces" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from add-traces" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from add-traces" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from add-traces" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from add-traces" -l all -d 'All traces of the session\'s experiment'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from add-traces" -l refresh -d 'Traces that are in it already take their latest imported version'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from add-traces" -l json -d 'Print what was done as JSON'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from add-traces" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from remove-traces" -l id -d 'A trace id; repeat for more' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from remove-traces" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from remove-traces" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from remove-traces" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from remove-traces" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from remove-traces" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from remove-traces" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from assign" -l id -d 'A trace id; repeat for more' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from assign" -l user -d 'Who reviews them (\'\' for nobody in particular)' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from assign" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from assign" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from assign" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from assign" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from assign" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from assign" -l split -d 'Spread what nobody has over the assigned users, evenly'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from assign" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "create" -d 'Create a session'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "update" -d 'Change a session'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the sessions and their progress'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one session'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete a session; refused while there are answers'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "add-traces" -d 'Copy traces into a session and print the line to share with its reviewers'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "remove-traces" -d 'Take traces out of a session\'s queue; their answers are kept'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "assign" -d 'Give traces to people'
complete -c labeltui -n "__fish_labeltui_using_subcommand session; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c labeltui -n "__fish_labeltui_using_subcommand answer" -l comment -d 'A comment on an answer; nothing clears it' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand answer" -l decline -d 'I will not review it' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand answer" -l defer -d 'Put it aside' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand answer" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand answer" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand answer" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand answer" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand answer" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand answer" -l submit -d 'Submit it with what is in my draft; without this it stays a draft'
complete -c labeltui -n "__fish_labeltui_using_subcommand answer" -l extra -d 'Submit it also where somebody else has the item: a review more than was asked for'
complete -c labeltui -n "__fish_labeltui_using_subcommand answer" -l skip -d 'Put it at the end of my queue'
complete -c labeltui -n "__fish_labeltui_using_subcommand answer" -l undo -d 'Take back my last act on this trace'
complete -c labeltui -n "__fish_labeltui_using_subcommand answer" -l redo -d 'Repeat what was taken back'
complete -c labeltui -n "__fish_labeltui_using_subcommand answer" -l json -d 'Print where it stands now, as JSON'
complete -c labeltui -n "__fish_labeltui_using_subcommand answer" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand labels" -l format -d 'How [default: table; with -o what the file\'s name ends with]' -r -f -a "table\t'Aligned columns, for people'
csv\t'Comma-separated, with a head; lists as JSON'
jsonl\t'One JSON object a line; values keep their type'"
complete -c labeltui -n "__fish_labeltui_using_subcommand labels" -l schema -d 'Only answers to this question' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand labels" -l user -d 'Only this person\'s answers' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand labels" -s o -l output -d 'Write to a file, whole or not at all' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand labels" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand labels" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand labels" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand labels" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand labels" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand labels" -l all-versions -d 'Superseded and retracted answers, too, with valid = false'
complete -c labeltui -n "__fish_labeltui_using_subcommand labels" -l imported -d 'Assessments that came with the traces, too'
complete -c labeltui -n "__fish_labeltui_using_subcommand labels" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c labeltui -n "__fish_labeltui_using_subcommand dataset" -s o -l output -d 'Write to a file, whole or not at all' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand dataset" -l to-mlflow -d 'Merge into an MLflow evaluation dataset of this name instead' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand dataset" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand dataset" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand dataset" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand dataset" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand dataset" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand dataset" -l imported -d 'Expectations that came with the traces, too'
complete -c labeltui -n "__fish_labeltui_using_subcommand dataset" -l per-reviewer -d 'Keep every reviewer\'s expectations, not only the newest of each name'
complete -c labeltui -n "__fish_labeltui_using_subcommand dataset" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand export" -s o -l output -d 'Write to a file, whole or not at all' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand export" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand export" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand export" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand export" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand export" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand export" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand stats" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand stats" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand stats" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand stats" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand stats" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand stats" -l json -d 'Print JSON'
complete -c labeltui -n "__fish_labeltui_using_subcommand stats" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand audit" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand audit" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand audit" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand audit" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand audit" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand audit" -l all -d 'Also of deleted sessions that had the same name'
complete -c labeltui -n "__fish_labeltui_using_subcommand audit" -l json -d 'Print JSON'
complete -c labeltui -n "__fish_labeltui_using_subcommand audit" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand serve" -l socket -d 'Where the team finds it [default: --server, else the configuration\'s server, else /run/labeltui/labeltui.sock]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand serve" -l group -d 'Group whose members may review; without it only this account and root get in' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand serve" -l lead-group -d 'Group whose members also import, create, assign and export (they need to be in --group too, for the socket)' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand serve" -l grace -d 'Seconds that an item stays with somebody whose connection has dropped' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand serve" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand serve" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand serve" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand serve" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand serve" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand serve" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and not __fish_seen_subcommand_from pull push status settle help" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and not __fish_seen_subcommand_from pull push status settle help" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and not __fish_seen_subcommand_from pull push status settle help" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and not __fish_seen_subcommand_from pull push status settle help" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and not __fish_seen_subcommand_from pull push status settle help" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and not __fish_seen_subcommand_from pull push status settle help" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and not __fish_seen_subcommand_from pull push status settle help" -f -a "pull" -d 'Bring traces, questions and a review queue in; again: only what is new'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and not __fish_seen_subcommand_from pull push status settle help" -f -a "push" -d 'Send answers and statuses; the first push links a session'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and not __fish_seen_subcommand_from pull push status settle help" -f -a "status" -d 'What is linked, what is to send, what went wrong'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and not __fish_seen_subcommand_from pull push status settle help" -f -a "settle" -d 'Of an answer of mine that was changed on both sides: say which one stays'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and not __fish_seen_subcommand_from pull push status settle help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from pull" -l tracking-uri -d 'The server [default: the session\'s, else MLFLOW_TRACKING_URI]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from pull" -l filter -d 'Only traces that match, in MLflow\'s search grammar' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from pull" -l queue -d 'The review queue there; without it all traces are pulled' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from pull" -l session -d 'The session here [default: the queue\'s name; without a queue none]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from pull" -l prefer -d 'Who wins where an answer was changed on both sides' -r -f -a "local\t'What was answered here'
remote\t'What was answered in MLflow'"
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from pull" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from pull" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from pull" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from pull" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from pull" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from pull" -l refresh -d 'Fetch again what seems unchanged: spans may come later than their trace'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from pull" -l json -d 'Print what came of it as JSON'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from pull" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from push" -l tracking-uri -d 'The server, at the first push [default: MLFLOW_TRACKING_URI]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from push" -l queue -d 'The review queue there, as long as there is none [default: the session\'s name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from push" -l prefer -d 'Who wins where an answer was changed on both sides' -r -f -a "local\t'What was answered here'
remote\t'What was answered in MLflow'"
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from push" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from push" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from push" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from push" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from push" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from push" -l watch -d 'Go on pushing what is answered from now on'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from push" -l json -d 'Print what came of it as JSON'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from push" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from status" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from status" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from status" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from status" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from status" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from status" -l json -d 'Print it as JSON'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from settle" -l prefer -d 'Whose answer stays; the next push or pull carries it out' -r -f -a "local\t'What was answered here'
remote\t'What was answered in MLflow'"
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from settle" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from settle" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from settle" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from settle" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from settle" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from settle" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from help" -f -a "pull" -d 'Bring traces, questions and a review queue in; again: only what is new'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from help" -f -a "push" -d 'Send answers and statuses; the first push links a session'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from help" -f -a "status" -d 'What is linked, what is to send, what went wrong'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from help" -f -a "settle" -d 'Of an answer of mine that was changed on both sides: say which one stays'
complete -c labeltui -n "__fish_labeltui_using_subcommand mlflow; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c labeltui -n "__fish_labeltui_using_subcommand backup" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand backup" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand backup" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand backup" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand backup" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand backup" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand restore" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand restore" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand restore" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand restore" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand restore" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand restore" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand doctor" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand doctor" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand doctor" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand doctor" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand doctor" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand doctor" -l json -d 'Print JSON'
complete -c labeltui -n "__fish_labeltui_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand completions" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand completions" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand completions" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand completions" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand completions" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand completions" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand man" -l store -d 'Folder of the store [default: the platform\'s data directory]' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand man" -l server -d 'Socket of a team server; then nothing is opened here' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand man" -l as -d 'Who I am in a private store [default: the configuration\'s user, else the login name]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand man" -l experiment -d 'The experiment that traces, schemas and new sessions belong to [default: Default]' -r
complete -c labeltui -n "__fish_labeltui_using_subcommand man" -l config -d 'Read this configuration file instead of the user\'s' -r -F
complete -c labeltui -n "__fish_labeltui_using_subcommand man" -s h -l help -d 'Print help'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "open" -d 'Review a session on screen'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "demo" -d 'Sample traces, questions and a session, opened on screen'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "import" -d 'Bring traces in'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "trace" -d 'Traces outside sessions'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "schema" -d 'The questions a team asks'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "session" -d 'Queues of traces to review'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "answer" -d 'Answer from a script what the screen asks'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "labels" -d 'What people answered, as a table, CSV or JSON lines'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "dataset" -d 'Evaluation records: inputs and expectations, as JSON lines'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "export" -d 'The session\'s traces with their assessments, as MLflow JSON lines'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "stats" -d 'Progress per person, answers per question'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "audit" -d 'Who changed what, when'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "serve" -d 'Serve the store to a team, at a socket of this machine'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "mlflow" -d 'Pull from and push to an MLflow tracking server'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "backup" -d 'Copy the store to a file, while work goes on'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "restore" -d 'Put a backup in the store\'s place'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "doctor" -d 'Check the store'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "completions" -d 'Print the completions of a shell'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "man" -d 'Print the manual page'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and not __fish_seen_subcommand_from open demo import trace schema session answer labels dataset export stats audit serve mlflow backup restore doctor completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from trace" -f -a "list" -d 'The traces of the experiment, newest first'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from trace" -f -a "show" -d 'One trace: what was asked and answered, its spans, documents and assessments'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from trace" -f -a "delete" -d 'Delete traces; sessions keep their copies'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from schema" -f -a "create" -d 'Create a question'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from schema" -f -a "apply" -d 'Create or replace questions from a file in MLflow\'s JSON (\'-\' for stdin)'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from schema" -f -a "list" -d 'List the questions of the experiment'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from schema" -f -a "show" -d 'Show one question'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from schema" -f -a "delete" -d 'Delete a question that no session asks'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "create" -d 'Create a session'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "update" -d 'Change a session'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "list" -d 'List the sessions and their progress'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "show" -d 'Show one session'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "delete" -d 'Delete a session; refused while there are answers'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "add-traces" -d 'Copy traces into a session and print the line to share with its reviewers'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "remove-traces" -d 'Take traces out of a session\'s queue; their answers are kept'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from session" -f -a "assign" -d 'Give traces to people'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from mlflow" -f -a "pull" -d 'Bring traces, questions and a review queue in; again: only what is new'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from mlflow" -f -a "push" -d 'Send answers and statuses; the first push links a session'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from mlflow" -f -a "status" -d 'What is linked, what is to send, what went wrong'
complete -c labeltui -n "__fish_labeltui_using_subcommand help; and __fish_seen_subcommand_from mlflow" -f -a "settle" -d 'Of an answer of mine that was changed on both sides: say which one stays'
