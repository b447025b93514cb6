/* A program that uses nothing: whatever a room lacks when it is linked whole with this is an error. */
int main(void)
{
    return 0;
}
