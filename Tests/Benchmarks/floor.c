/* The floor: the same requests through libcurl's multi interface, nothing read of the answers but their length.
 *
 *   floor URL BODY-FILE ITEMS IN-FLIGHT
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

struct item {
    CURL *handle;
    size_t received;
};

static char *body;
static long body_size;

static size_t take(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes;
    ((struct item *)context)->received += size * count;
    return size * count;
}

static void fail(const char *what) {
    fprintf(stderr, "floor: %s\n", what);
    exit(1);
}

int main(int argc, char **argv) {
    if (argc != 5) fail("usage: floor URL BODY-FILE ITEMS IN-FLIGHT");
    FILE *file = fopen(argv[2], "rb");
    if (!file) fail("the body cannot be read");
    fseek(file, 0, SEEK_END);
    body_size = ftell(file);
    rewind(file);
    body = malloc(body_size + 1);
    if (!body || fread(body, 1, body_size, file) != (size_t)body_size) fail("the body cannot be read");
    fclose(file);
    long items = atol(argv[3]), width = atol(argv[4]);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max < 16384 ? limit.rlim_max : 16384;
    setrlimit(RLIMIT_NOFILE, &limit);

    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM *multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 1024L);
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Authorization: Bearer benchmark");
    headers = curl_slist_append(headers, "Expect:");
    struct item *all = calloc(width, sizeof *all);
    long started = 0, finished = 0;
    for (; started < width && started < items; started++) {
        struct item *item = &all[started];
        item->handle = curl_easy_init();
        curl_easy_setopt(item->handle, CURLOPT_URL, argv[1]);
        curl_easy_setopt(item->handle, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(item->handle, CURLOPT_PROXY, "");
        curl_easy_setopt(item->handle, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(item->handle, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(item->handle, CURLOPT_POSTFIELDSIZE, body_size);
        curl_easy_setopt(item->handle, CURLOPT_WRITEFUNCTION, take);
        curl_easy_setopt(item->handle, CURLOPT_WRITEDATA, item);
        curl_easy_setopt(item->handle, CURLOPT_PRIVATE, item);
        curl_multi_add_handle(multi, item->handle);
    }
    while (finished < items) {
        int running, waiting;
        curl_multi_perform(multi, &running);
        CURLMsg *message;
        while ((message = curl_multi_info_read(multi, &waiting))) {
            if (message->msg != CURLMSG_DONE) continue;
            struct item *item;
            long status = 0;
            CURL *handle = message->easy_handle;
            if (message->data.result != CURLE_OK) fail(curl_easy_strerror(message->data.result));
            curl_easy_getinfo(handle, CURLINFO_PRIVATE, (char **)&item);
            curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
            if (status != 200 || item->received == 0) fail("an answer is not as expected");
            item->received = 0;
            finished++;
            curl_multi_remove_handle(multi, handle);
            if (started < items) {
                started++;
                curl_multi_add_handle(multi, handle);
            }
        }
        if (finished < items) curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    return 0;
}
