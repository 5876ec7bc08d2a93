/*
 * The client drivers alone, without the capture driver: what the later tests compare with.
 */
#include "story.h"
#include "test.h"

static STORY Story;

static void Run(const char *Client, ULONG Forgives)
{
    StoryRun(&Story, Client, Forgives, NULL, true);
    CHECK_STATUS(STATUS_SUCCESS, Story.Final.Status);
    CHECK_EQUAL(0, HostIrps());
    CHECK_EQUAL(0, HostPoolBlocks(0));
}

TEST(the_clean_client_needs_no_forgiveness)
{
    HostMdlStrict(true);
    Run("clean-client", StoryStrict);
    CHECK_EQUAL(1000 + STORY_PAYLOAD, Story.Final.BytesSent);
    CHECK_EQUAL(8, Story.Final.BytesReceived);
    CHECK_EQUAL(0, HostMdls());
    CHECK_EQUAL(0, Story.SocketsLeft);
}

TEST(a_freed_mdl_is_survived_when_nobody_touches_it)
{
    Run("mdl-freed", StoryNoTouch);
    CHECK_EQUAL(0, HostMdls());
}

TEST(a_freed_buffer_is_survived_when_nobody_touches_it)
{
    Run("buffer-freed", StoryNoTouch);
}

TEST(unlocked_pages_are_survived)
{
    Run("pages-unlocked", StoryStrict);
}

TEST(a_reused_irp_is_survived_by_a_kernel_that_does_not_look)
{
    Run("irp-reused", StoryIrpTwice);
}

TEST(a_reused_irp_that_completes_to_the_top_is_given_up_by_its_client)
{
    StoryRun(&Story, "irp-reused", StoryForgivesTop, NULL, false);
    CHECK_STATUS(STATUS_SUCCESS, Story.Final.Status);
    CHECK_EQUAL(0, Story.Final.BytesSent); /* it never learns of the great one */
}

static void ReuseStrictly(void)
{
    Run("irp-reused", StoryStrict);
}

TEST(a_reused_irp_is_a_bugcheck_on_a_kernel_that_looks)
{
    CHECK_DIES(ReuseStrictly, "completed to the top");
}

TEST(a_double_close_is_survived_when_it_is_forgiven)
{
    Run("double-close", StoryForgivesClosed);
}

TEST(a_leaked_socket_is_left_behind)
{
    Run("socket-leaked", StoryForgivesLeaks);
    CHECK_EQUAL(1, Story.SocketsLeft);
}
