/* The floor of the benchmarks: how fast libyaml itself parses the same files, with nothing around it.
 *
 * Reads every file named on the command line whole, runs the event parser over it and drops each
 * event. No values are built, nothing is checked, nothing is hashed: no program that reads YAML
 * with libyaml can be faster.
 *
 * Build: cc -O2 libyaml_floor.c -lyaml -o libyaml_floor
 */
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

/* Read a whole file; the caller frees it. */
static unsigned char *read_whole(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(2);
    }
    long length = ftell(file);
    rewind(file);
    unsigned char *bytes = malloc((size_t)length + 1);
    if (bytes == NULL || fread(bytes, 1, (size_t)length, file) != (size_t)length) {
        perror(path);
        exit(2);
    }
    fclose(file);
    *size = (size_t)length;
    return bytes;
}

/* Parse one document to its end and return how many events it had. */
static unsigned long count_events(const char *path)
{
    size_t size;
    unsigned char *bytes = read_whole(path, &size);
    yaml_parser_t parser;
    yaml_event_t event;
    unsigned long events = 0;
    int at_end = 0;

    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, bytes, size);
    while (!at_end) {
        if (!yaml_parser_parse(&parser, &event)) {
            fprintf(stderr, "%s: %s\n", path, parser.problem);
            exit(1);
        }
        at_end = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
        events++;
    }
    yaml_parser_delete(&parser);
    free(bytes);
    return events;
}

int main(int count, char **paths)
{
    unsigned long events = 0;
    for (int i = 1; i < count; i++)
        events += count_events(paths[i]);
    printf("%d files, %lu events\n", count - 1, events);
    return 0;
}
